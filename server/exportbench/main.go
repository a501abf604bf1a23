package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"time"

	"github.com/pathboard/pathboard/server/trial"
)

type options struct {
	binary                  string
	groups, cards, pictures int
}

func main() {
	var o options
	flag.StringVar(&o.binary, "binary", "bin/pathboard", "the program to measure")
	flag.IntVar(&o.groups, "groups", 120, "groups")
	flag.IntVar(&o.cards, "cards", 100, "cards a group")
	flag.IntVar(&o.pictures, "pictures", 4, "pictures a group, of about 100 KB")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, o)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "exportbench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	folder, err := os.MkdirTemp("", "exportbench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	program, err := trial.Start(o.binary, "PATHBOARD_DATA="+filepath.Join(folder, "data"))
	if err != nil {
		return err
	}
	defer program.Kill()
	s := &site{url: program.URL, pid: program.ID()}
	if err := s.fill(ctx, o); err != nil {
		return err
	}
	fmt.Printf("%d groups, %d cards and %d pictures each\n%-6s %10s %9s %14s\n", o.groups, o.cards, o.pictures, "format", "size", "time", "most memory")
	for _, format := range []string{"pdf", "docx", "xlsx", "csv", "md", "ics", "json", "zip"} {
		if err := s.take(ctx, format); err != nil {
			return err
		}
	}
	return nil
}

// site is the program being measured, with its workshop.
type site struct {
	url, workshop, token string
	pid                  int
}

func (s *site) do(ctx context.Context, method, path string, body []byte) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, method, s.url+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Authorization", "Bearer "+s.token)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	if res.StatusCode >= http.StatusBadRequest {
		text, _ := io.ReadAll(res.Body)
		res.Body.Close()
		return nil, fmt.Errorf("%s %s: %s %s", method, path, res.Status, text)
	}
	return res, nil
}

func (s *site) fill(ctx context.Context, o options) error {
	type group struct {
		Name string `json:"name"`
		Area string `json:"area"`
	}
	groups := make([]group, o.groups)
	for i := range groups {
		groups[i] = group{fmt.Sprint("Grupa ", i+1), []string{"development", "economy", "environment", "services"}[i%4]}
	}
	body, err := json.Marshal(map[string]any{"title": "Zarządzanie miastem", "city": "Łódź", "language": "pl", "groups": groups})
	if err != nil {
		return err
	}
	res, err := s.do(ctx, http.MethodPost, "/api/workshops", body)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	var made struct {
		Workshop struct {
			ID     string `json:"id"`
			Groups []struct {
				ID string `json:"id"`
			} `json:"groups"`
		} `json:"workshop"`
		Tokens struct {
			Facilitator string `json:"facilitator"`
		} `json:"tokens"`
	}
	if err := json.NewDecoder(res.Body).Decode(&made); err != nil {
		return err
	}
	s.workshop, s.token = made.Workshop.ID, made.Tokens.Facilitator
	for i, g := range made.Workshop.Groups {
		if err := s.fillGroup(ctx, g.ID, i, o); err != nil {
			return err
		}
	}
	return nil
}

func (s *site) fillGroup(ctx context.Context, group string, n int, o options) error {
	path := "/api/workshops/" + s.workshop + "/groups/" + group
	kinds := []string{"problem", "question", "data", "method", "tool", "difficulty", "solution", "action", "note"}
	stages := []string{"problem", "questions", "data", "quality", "analysis", "insight", "solution", "implementation"}
	cards := make([]map[string]any, o.cards)
	for i := range cards {
		cards[i] = map[string]any{
			"id": fmt.Sprint("c", i), "kind": kinds[i%len(kinds)], "stage": stages[i%len(stages)], "order": fmt.Sprintf("a%03dV", i),
			"text": fmt.Sprint("Kartka ", i, ": co wiemy o lokalach, które stoją puste od dwóch lat, i kto to sprawdzi"), "createdAt": 1_700_000_000_000 + i,
		}
		if i < o.pictures {
			data, err := noisy(n*o.pictures + i)
			if err != nil {
				return err
			}
			id := fmt.Sprintf("%x", sha256.Sum256(data))
			cards[i]["image"] = map[string]any{"id": id, "width": 640, "height": 420, "alt": "Szkic na tablicy"}
			res, err := s.do(ctx, http.MethodPut, path+"/images/"+id, data)
			if err != nil {
				return err
			}
			res.Body.Close()
		}
	}
	body, err := json.Marshal(map[string]any{"meta": map[string]any{"problem": "Pustostany stoją latami"}, "cards": cards})
	if err != nil {
		return err
	}
	res, err := s.do(ctx, http.MethodPut, path+"/board", body)
	if err != nil {
		return err
	}
	return res.Body.Close()
}

// noisy is a picture that compresses as badly as a photograph.
func noisy(seed int) ([]byte, error) {
	img := image.NewRGBA(image.Rect(0, 0, 640, 420))
	x := uint32(seed)*2654435761 + 1
	for i := range 640 * 420 {
		x ^= x << 13
		x ^= x >> 17
		x ^= x << 5
		img.Set(i%640, i/640, color.RGBA{uint8(x) / 3, uint8(i / 640), uint8(x>>8) / 4, 255})
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 70}); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// take takes one format and says what it cost.
func (s *site) take(ctx context.Context, format string) error {
	// From here on the kernel counts the most memory anew.
	if err := os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", s.pid), []byte("5"), 0o200); err != nil {
		return fmt.Errorf("begin to count memory: %w", err)
	}
	begin := time.Now()
	res, err := s.do(ctx, http.MethodGet, "/api/workshops/"+s.workshop+"/export?format="+format, nil)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	size, err := io.Copy(io.Discard, res.Body)
	if err != nil {
		return fmt.Errorf("take %s: %w", format, err)
	}
	took := time.Since(begin)
	most, err := peak(s.pid)
	if err != nil {
		return err
	}
	fmt.Printf("%-6s %7.1f MB %7.1f s %11.0f MB\n", format, float64(size)/1e6, took.Seconds(), most)
	return nil
}

// peak is the most memory a process held, in MB.
func peak(pid int) (float64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(status)) {
		var kb float64
		if _, err := fmt.Sscanf(line, "VmHWM: %f kB", &kb); err == nil {
			return kb / 1e3, nil
		}
	}
	return 0, errors.New("the kernel does not tell the most memory")
}
