package hub

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

// TestLimitsAreSetByName: R8.
func TestLimitsAreSetByName(t *testing.T) {
	l, err := ParseLimits(" UpdateBytes=1000, UnloadAfter=2m,DeletesPerUpdate=7,MessageBytes=5000,")
	if err != nil {
		t.Fatal(err)
	}
	if want := (Limits{UpdateBytes: 1000, UnloadAfter: 2 * time.Minute, DeletesPerUpdate: 7, MessageBytes: 5000}); l != want {
		t.Errorf("got %+v", l)
	}
	all := reflect.ValueOf(DefaultLimits())
	for _, name := range limitNames([]reflect.Value{all}) {
		if all.FieldByName(name).IsZero() {
			t.Errorf("%s has no default", name)
		}
		value := "1"
		if all.FieldByName(name).Type() == reflect.TypeFor[time.Duration]() {
			value = "1s"
		}
		if l, err := ParseLimits(name + "=" + value); err != nil || reflect.ValueOf(l).FieldByName(name).IsZero() {
			t.Errorf("%s cannot be set: %v", name, err)
		}
	}
	if got := (Limits{}).withDefaults(); got != DefaultLimits() {
		t.Errorf("zero means %+v", got)
	}
	var more struct{ Cakes int }
	if l, err := ParseLimits("Cakes=3,UpdateBytes=5", &more); err != nil || more.Cakes != 3 || l.UpdateBytes != 5 {
		t.Errorf("limits of somebody else's: %+v %+v %v", l, more, err)
	}
	if _, err := ParseLimits("Pies=3", &more); err == nil || !strings.Contains(err.Error(), "Cakes") || !strings.Contains(err.Error(), "UnloadAfter") {
		t.Errorf("a wrong name does not list all: %v", err)
	}
	for _, wrong := range []string{"Bytes=1", "UpdateBytes", "UpdateBytes=-1", "UpdateBytes=0", "UnloadAfter=3", "ClientIDs=9999999999999999999"} {
		if _, err := ParseLimits(wrong); err == nil || !strings.Contains(err.Error(), strings.TrimRight(wrong, "=0123456789-")) {
			t.Errorf("%s: %v", wrong, err)
		}
	}
}
