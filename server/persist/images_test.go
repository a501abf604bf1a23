package persist

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/pathboard/pathboard/hub/store"
	"github.com/pathboard/pathboard/server/workshop"
)

func TestImagesComeBackAndGoWithTheirBoard(t *testing.T) {
	s := openStore(t)
	images, w := NewImages(s), sample()
	var all sync.WaitGroup
	for n := range 12 {
		all.Go(func() {
			id := workshop.ImageID(fmt.Sprint(n % 6))
			if _, err := images.Put(t.Context(), w, "g1", id, []byte("jpeg "+id)); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if _, err := images.Put(t.Context(), w, "g2", "0", []byte("other")); err != nil {
		t.Fatal(err)
	}
	if data, err := images.Get(t.Context(), "g1", "3"); err != nil || string(data) != "jpeg 3" {
		t.Errorf("read: %q %v", data, err)
	}
	owned := 0
	if err := s.List(t.Context(), "image", func(rec store.Record) error {
		if err := Verify(rec); err != nil || Owner(rec) != "w1" {
			t.Errorf("%s belongs to %q: %v", rec.Key, Owner(rec), err)
		}
		owned++
		return nil
	}); err != nil || owned != 6+1+2 {
		t.Errorf("%d records, %v", owned, err)
	}
	if err := images.Drop(t.Context(), "g1"); err != nil {
		t.Fatal(err)
	}
	if _, err := images.Get(t.Context(), "g1", "3"); workshop.CodeOf(err) != workshop.CodeNotFound {
		t.Errorf("after the board: %v", err)
	}
	left := 0
	err := s.List(t.Context(), "image", func(rec store.Record) error {
		if strings.Contains(rec.Key, "g1") {
			left++
		}
		return nil
	})
	if err != nil || left > 0 {
		t.Errorf("%d records are left, %v", left, err)
	}
	if data, err := images.Get(t.Context(), "g2", "0"); err != nil || string(data) != "other" {
		t.Errorf("another board's: %q %v", data, err)
	}
}

func TestAWorkshopHoldsSoManyBytesOfImages(t *testing.T) {
	images, w := NewImages(openStore(t)), sample()
	w.Groups = []workshop.Group{{ID: "g1"}, {ID: "g2"}}
	half := make([]byte, workshop.DefaultLimits().ImagesBytes/2+1)
	if _, err := images.Put(t.Context(), w, "g1", "a", half); err != nil {
		t.Fatal(err)
	}
	_, err := images.Put(t.Context(), w, "g2", "b", half)
	if e, ok := errors.AsType[*workshop.Error](err); !ok || e.Code != workshop.CodeImagesFull {
		t.Errorf("over the limit: %v", err)
	}
	if fresh, err := images.Put(t.Context(), w, "g1", "a", half); err != nil || fresh {
		t.Errorf("again: %v %v", fresh, err)
	}
}
