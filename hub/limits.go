package hub

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// ParseLimits reads limits by their names, "UpdateBytes=131072,UnloadAfter=2m".
// Those that are not named are left at zero, which means the default. others are
// pointers to structs of further limits, numbers and times, that the list may
// name. The error says which name or value is wrong and, for a name, which there
// are.
func ParseLimits(list string, others ...any) (Limits, error) {
	var l Limits
	all := []reflect.Value{reflect.ValueOf(&l).Elem()}
	for _, o := range others {
		all = append(all, reflect.ValueOf(o).Elem())
	}
	for setting := range strings.SplitSeq(list, ",") {
		if setting = strings.TrimSpace(setting); setting == "" {
			continue
		}
		name, value, _ := strings.Cut(setting, "=")
		f := limitNamed(all, strings.TrimSpace(name))
		if !f.IsValid() {
			return Limits{}, fmt.Errorf("hub: no limit is called %q; there are %s", name, strings.Join(limitNames(all), ", "))
		}
		if err := setLimit(f, strings.TrimSpace(value)); err != nil {
			return Limits{}, fmt.Errorf("hub: limit %s: %w", name, err)
		}
	}
	return l, nil
}

func limitNamed(all []reflect.Value, name string) reflect.Value {
	for _, limits := range all {
		if f := limits.FieldByName(name); f.IsValid() {
			return f
		}
	}
	return reflect.Value{}
}

func limitNames(all []reflect.Value) []string {
	var names []string
	for _, limits := range all {
		for f := range limits.Type().Fields() {
			names = append(names, f.Name)
		}
	}
	return names
}

// setLimit sets a field of Limits; all are positive numbers or durations.
func setLimit(f reflect.Value, value string) error {
	if f.Type() == reflect.TypeFor[time.Duration]() {
		d, err := time.ParseDuration(value)
		if err != nil || d <= 0 {
			return fmt.Errorf("%q is no time such as 30s", value)
		}
		f.SetInt(int64(d))
		return nil
	}
	n, err := strconv.ParseInt(value, 10, f.Type().Bits())
	if err != nil || n <= 0 {
		return fmt.Errorf("%q is no number above 0", value)
	}
	if f.CanUint() {
		f.SetUint(uint64(n))
	} else {
		f.SetInt(n)
	}
	return nil
}
