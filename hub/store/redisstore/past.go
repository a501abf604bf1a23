package redisstore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/pathboard/pathboard/hub/store"
)

func pastKey(doc store.DocName) string { return "pb:{" + string(doc) + "}:past" }

func pastDataKey(doc store.DocName) string { return "pb:{" + string(doc) + "}:pastdata" }

// encodePast is a piece of history without its data: numbers that the scripts
// can read, then the label.
func encodePast(p store.Past) []byte {
	base := 0
	if p.Base {
		base = 1
	}
	return fmt.Appendf(nil, "%d %d %d %d %d %s", p.Snapshot, p.From.UnixMilli(), p.To.UnixMilli(), base, len(p.Data), p.Label)
}

func decodePast(id, text string) (store.Past, error) {
	p, fields := store.Past{}, strings.SplitN(text, " ", 6)
	if len(fields) != 6 {
		return p, fmt.Errorf("unreadable piece %q of the history", id)
	}
	var err error
	number := func(s string) int64 {
		n, e := strconv.ParseInt(s, 10, 64)
		err = cmp.Or(err, e)
		return n
	}
	p.ID, p.Snapshot = uint64(number(id)), uint64(number(fields[0]))
	p.From, p.To = time.UnixMilli(number(fields[1])).UTC(), time.UnixMilli(number(fields[2])).UTC()
	p.Base, p.Size, p.Label = fields[3] == "1", int(number(fields[4])), fields[5]
	return p, err
}

// History implements store.Log.
func (s *Store) History(ctx context.Context, doc store.DocName) ([]store.Past, error) {
	found, err := s.client.HGetAll(ctx, pastKey(doc)).Result()
	if err != nil {
		return nil, fmt.Errorf("list history: %w", unavailable(err))
	}
	out := make([]store.Past, 0, len(found))
	for id, text := range found {
		p, err := decodePast(id, text)
		if err != nil {
			return nil, fmt.Errorf("list history: %w", err)
		}
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b store.Past) int { return cmp.Compare(a.ID, b.ID) })
	return out, nil
}

// ReadPast implements store.Log.
func (s *Store) ReadPast(ctx context.Context, doc store.DocName, id uint64) (store.Past, error) {
	field := strconv.FormatUint(id, 10)
	pipe := s.client.TxPipeline()
	about, data := pipe.HGet(ctx, pastKey(doc), field), pipe.HGet(ctx, pastDataKey(doc), field)
	_, err := pipe.Exec(ctx)
	if errors.Is(about.Err(), redis.Nil) || errors.Is(data.Err(), redis.Nil) {
		return store.Past{}, fmt.Errorf("read history: %w", store.ErrNotFound)
	}
	if err != nil {
		return store.Past{}, fmt.Errorf("read history: %w", unavailable(err))
	}
	p, err := decodePast(field, about.Val())
	if err != nil {
		return store.Past{}, fmt.Errorf("read history: %w", err)
	}
	p.Data = []byte(data.Val())
	return p, nil
}

// Pin implements store.Log.
func (s *Store) Pin(ctx context.Context, doc store.DocName, epoch uint64, p store.Past) (uint64, error) {
	p.Snapshot = 0
	answer, err := pinScript.Run(ctx, s.client, []string{MetaKey(doc), pastKey(doc), pastDataKey(doc)},
		strconv.FormatUint(epoch, 10), encodePast(p), p.Data).Result()
	if err != nil {
		return 0, fmt.Errorf("pin: %w", unavailable(err))
	}
	id, ok := answer.(int64)
	if !ok {
		return 0, fmt.Errorf("pin: %w", store.ErrEpoch)
	}
	return uint64(id), nil
}

// ForgetPast implements store.Log.
func (s *Store) ForgetPast(ctx context.Context, doc store.DocName, ids ...uint64) error {
	pipe := s.client.TxPipeline()
	if len(ids) == 0 {
		pipe.Del(ctx, pastKey(doc), pastDataKey(doc))
		pipe.LTrim(ctx, snapsKey(doc), 0, 0)
	}
	for _, id := range ids {
		field := strconv.FormatUint(id, 10)
		pipe.HDel(ctx, pastKey(doc), field)
		pipe.HDel(ctx, pastDataKey(doc), field)
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return fmt.Errorf("forget history: %w", unavailable(err))
	}
	return nil
}
