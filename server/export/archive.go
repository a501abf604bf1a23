package export

import (
	"archive/zip"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// writeJSON writes all boards of a workshop, each as it can be imported, one
// after the other.
func writeJSON(w io.Writer, r *Report) error {
	head, err := json.Marshal(r.Workshop)
	if err != nil {
		return fmt.Errorf("encode workshop: %w", err)
	}
	if _, err := fmt.Fprintf(w, "{\"version\":1,\"exportedAt\":%q,\"workshop\":%s,\"boards\":[\n", r.At.UTC().Format(time.RFC3339), head); err != nil {
		return fmt.Errorf("write json: %w", err)
	}
	for i := range r.Groups {
		if i > 0 {
			if _, err := io.WriteString(w, ","); err != nil {
				return fmt.Errorf("write json: %w", err)
			}
		}
		if err := writeBoard(w, r, &r.Groups[i]); err != nil {
			return err
		}
	}
	if _, err := io.WriteString(w, "]}\n"); err != nil {
		return fmt.Errorf("write json: %w", err)
	}
	return nil
}

// writeBoardZIP writes a board with its pictures, which can be imported.
func writeBoardZIP(w io.Writer, r *Report, g *GroupPart) error {
	z := zip.NewWriter(w)
	part, err := z.CreateHeader(&zip.FileHeader{Name: "board.json", Method: zip.Deflate, Modified: r.At.UTC()})
	if err != nil {
		return fmt.Errorf("write zip: %w", err)
	}
	if err := writeBoard(part, r, g); err != nil {
		return err
	}
	for _, id := range g.Board.Images() {
		if r.image == nil {
			break
		}
		data, err := r.image(g.ID, id)
		if err != nil {
			return fmt.Errorf("fetch a picture: %w", err)
		}
		if len(data) == 0 {
			continue // its author has been without a network since
		}
		part, err := z.CreateHeader(&zip.FileHeader{Name: "images/" + id + ".jpg", Method: zip.Store, Modified: r.At.UTC()})
		if err != nil {
			return fmt.Errorf("write zip: %w", err)
		}
		if _, err := part.Write(data); err != nil {
			return fmt.Errorf("write zip: %w", err)
		}
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("write zip: %w", err)
	}
	return nil
}

// boardFormats are the formats of each board in the archive.
var boardFormats = []string{"json", "svg", "a3"}

// writeZIP writes everything: the report in each format, its tables, and the
// boards one by one.
func writeZIP(w io.Writer, r *Report) error {
	z := zip.NewWriter(w)
	add := func(name string, write func(io.Writer) error) error {
		part, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: r.At.UTC()})
		if err != nil {
			return fmt.Errorf("write zip: %w", err)
		}
		return write(part)
	}
	for _, format := range WorkshopFormats {
		if format == "zip" || format == "csv" {
			continue
		}
		f, err := r.Whole(format)
		if err != nil {
			return err
		}
		if err := add(f.Name, f.Write); err != nil {
			return err
		}
	}
	for _, t := range r.Sheets() {
		if err := add("csv/"+slug(t.Name, "table")+".csv", func(w io.Writer) error { return writeCSV(w, t) }); err != nil {
			return err
		}
	}
	for i := range r.Groups {
		formats := boardFormats
		if len(r.Groups[i].Board.Images()) > 0 {
			formats = append(slices.Clip(formats), "zip")
		}
		for _, format := range formats {
			f, err := r.Group(i, format)
			if err != nil {
				return err
			}
			// Groups may have the same name.
			name := fmt.Sprintf("boards/%02d-%s", i+1, strings.TrimPrefix(f.Name, "pathboard-"))
			if err := add(name, f.Write); err != nil {
				return err
			}
		}
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("write zip: %w", err)
	}
	return nil
}
