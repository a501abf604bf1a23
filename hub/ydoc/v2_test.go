package ydoc

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"testing"
)

// TestMutatedColumns damages updates in format V2: the conversion fails or
// gives bytes in proportion, and never panics. What it gives is as harmless as
// any other update.
//
// Not beside other tests: it measures the memory of the whole process.
func TestMutatedColumns(t *testing.T) {
	o := startOracle(t)
	tried, converted, accepted := 0, 0, 0
	for seed := range uint64(12) {
		one, err := o.histories(seed, 1)
		if err != nil {
			t.Fatal(err)
		}
		columns := one[0].bytes.columns
		r := rand.New(rand.NewPCG(seed, 3))
		for range 3000 {
			b := mutate(r, columns[r.IntN(len(columns))], columns[0])
			tried++
			v1, err := ConvertUpdateV2(b, DefaultLimits())
			if err != nil {
				var refusal *UpdateError
				if !errors.As(err, &refusal) {
					t.Fatalf("seed %d: %x: not an UpdateError: %v", seed, b, err)
				}
				continue
			}
			converted++
			if len(v1) > 2*(v2Expansion*len(b)+v2Allowance) {
				t.Fatalf("seed %d: %x: %d bytes", seed, b, len(v1))
			}
			d := New(Options{Limits: DefaultLimits()})
			if c, err := attempt(d, v1); err != nil {
				t.Fatalf("seed %d: %x: %v", seed, b, err)
			} else if c != nil {
				accepted++
			}
		}
	}
	t.Logf("%d damaged, %d converted, %d accepted", tried, converted, accepted)
}

// Run lengths must not let a few bytes become very many.
func TestColumnsDoNotExplode(t *testing.T) {
	column := func(b ...byte) []byte { return appendBytes(nil, b) }
	endless := appendVarint(nil, 1, true)           // one, repeated
	endless = appendUvarint(endless, maxInteger-10) // very often
	for name, update := range map[string][]byte{
		"structs": bytes.Join([][]byte{
			{0}, column(), column(1), column(), column(), column(byte(kindGC)), column(0), column(), column(), column(endless...),
			appendUvarint(appendUvarint([]byte{1}, 1<<40), 0), {0},
		}, nil),
		"values": bytes.Join([][]byte{
			{0}, column(), column(1), column(), column(), column(byte(kindJSON)), column(1, 't', 1), column(1), column(),
			column(appendVarint(nil, 1<<40, false)...), {1, 1, 0, 0},
		}, nil),
	} {
		t.Run(name, func(t *testing.T) {
			for _, lim := range []Limits{{}, DefaultLimits()} {
				if _, err := ConvertUpdateV2(update, lim); err == nil {
					t.Error("accepted")
				}
			}
		})
	}
}
