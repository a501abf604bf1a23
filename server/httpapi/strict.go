package httpapi

import (
	"encoding/json"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/pathboard/pathboard/server/workshop"
)

// refuseUnknown fails where a change names fields that its route does not know:
// an answer of 200 to a change that was not made would be a lie. Whoever put a
// field at the wrong address is told which routes take it.
func refuseUnknown(raw []byte, into any) error {
	var given map[string]json.RawMessage
	if json.Unmarshal(raw, &given) != nil {
		return nil // no object: decoding says what is wrong with it
	}
	known := fieldsOf(reflect.TypeOf(into))
	var wrong []workshop.FieldError
	for name := range given {
		if knows(known, name) {
			continue
		}
		f := workshop.FieldError{Field: name, Code: workshop.FieldUnknown}
		if takers := takersOf(name); takers != "" {
			f.Code, f.Params = workshop.FieldElsewhere, workshop.Params{"routes": takers}
		}
		wrong = append(wrong, f)
	}
	if wrong == nil {
		return nil
	}
	slices.SortFunc(wrong, func(a, b workshop.FieldError) int { return strings.Compare(a.Field, b.Field) })
	return &workshop.Error{Code: workshop.CodeInvalidInput, Fields: wrong}
}

// knows compares names as the decoder does.
func knows(fields []string, name string) bool {
	return slices.ContainsFunc(fields, func(f string) bool { return strings.EqualFold(f, name) })
}

// fieldsOf returns the names that a body has in JSON.
func fieldsOf(t reflect.Type) []string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return nil
	}
	var names []string
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous && name == "":
			names = append(names, fieldsOf(f.Type)...)
		case name != "" && name != "-":
			names = append(names, name)
		}
	}
	return names
}

// takersOf names the routes that change the field, and the one called like it.
func takersOf(field string) string {
	var found []string
	for _, r := range routes() {
		changes := r.method == http.MethodPatch || r.method == http.MethodPut
		takes := changes && r.body != nil && strings.HasPrefix(r.path, inWorkshop) && knows(fieldsOf(reflect.TypeOf(r.body)), field)
		if takes || r.method != http.MethodGet && strings.EqualFold(r.path, inWorkshop+"/"+field) {
			found = append(found, r.method+" "+r.path)
		}
	}
	return strings.Join(found, ", ")
}
