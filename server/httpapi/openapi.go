package httpapi

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pathboard/pathboard/server/workshop"
)

type object = map[string]any

// describe makes the OpenAPI 3.1 description from the table of routes and the
// types of their bodies, so that it cannot say anything else.
func describe(rs []route) ([]byte, error) {
	s := schemas{}
	paths := object{}
	for _, r := range rs {
		item, _ := paths[r.path].(object)
		if item == nil {
			item = object{}
			paths[r.path] = item
		}
		item[strings.ToLower(r.method)] = s.operation(r)
	}
	s.ref(reflect.TypeFor[Problem]())
	out, err := json.Marshal(object{
		"openapi": "3.1.0",
		"info": object{
			"title": "Pathboard", "version": "1",
			"description": "Workshops whose groups edit shared pathway boards. Errors are application/problem+json with a stable code; details are in the language of Accept-Language (pl, en). Boards are edited over the websocket at /ws.",
			"license":     object{"name": "MIT", "identifier": "MIT"},
		},
		"paths": paths,
		"components": object{
			"schemas":         s,
			"securitySchemes": object{"bearer": object{"type": "http", "scheme": "bearer"}},
		},
	})
	if err != nil {
		return nil, fmt.Errorf("describe routes: %w", err)
	}
	return out, nil
}

// schemas are the named types seen so far.
type schemas object

func (s schemas) operation(r route) object {
	op := object{"operationId": r.id, "summary": r.summary, "parameters": parameters(r), "responses": s.responses(r)}
	if !r.public {
		op["security"] = []object{{"bearer": []string{}}}
	}
	if r.body != nil {
		op["requestBody"] = object{"required": true, "content": object{"application/json": object{"schema": s.of(reflect.TypeOf(r.body))}}}
	}
	return op
}

func parameters(r route) []object {
	params := []object{}
	for part := range strings.SplitSeq(r.path, "/") {
		if name, ok := strings.CutPrefix(part, "{"); ok {
			params = append(params, object{"name": strings.TrimSuffix(name, "}"), "in": "path", "required": true, "schema": object{"type": "string"}})
		}
	}
	for _, name := range r.query {
		params = append(params, object{"name": name, "in": "query", "schema": object{"type": "string"}})
	}
	if r.minimal {
		params = append(params, object{"name": "Prefer", "in": "header", "schema": object{"type": "string", "enum": []string{preferMinimal}}, "description": "of the workshop's groups and participants, answer only those that are the person's own"})
	}
	if r.ifMatch != matchNone {
		params = append(params, object{"name": "If-Match", "in": "header", "required": r.ifMatch == matchRequired, "schema": object{"type": "string"}, "description": "the version the change is meant for, in quotes"})
	}
	return params
}

func (s schemas) responses(r route) object {
	success := object{"description": "success"}
	if r.result != nil {
		success["content"] = object{"application/json": object{"schema": s.of(reflect.TypeOf(r.result))}}
	}
	out := object{strconv.Itoa(r.status): success}
	byStatus := map[int][]string{}
	for _, code := range r.problemCodes() {
		status := statusOf[code]
		if !slices.Contains(byStatus[status], string(code)) {
			byStatus[status] = append(byStatus[status], string(code))
		}
	}
	for status, codes := range byStatus {
		schema := object{"allOf": []object{s.ref(reflect.TypeFor[Problem]()), {"properties": object{"code": object{"enum": codes}}}}}
		out[strconv.Itoa(status)] = object{"description": strings.Join(codes, ", "), "content": object{"application/problem+json": object{"schema": schema}}}
	}
	return out
}

// ref names a struct's schema and refers to it.
func (s schemas) ref(t reflect.Type) object {
	name := strings.TrimSuffix(t.Name(), "Body")
	name = strings.ToUpper(name[:1]) + name[1:]
	if _, known := s[name]; !known {
		s[name] = object{} // breaks cycles
		s[name] = s.structure(t)
	}
	return object{"$ref": "#/components/schemas/" + name}
}

func (s schemas) structure(t reflect.Type) object {
	props, required := object{}, []string{}
	for f := range t.Fields() {
		name, opts, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous && name == "" { // its fields are fields of t
			inner := s.structure(f.Type)
			maps.Copy(props, inner["properties"].(object))
			required = append(required, inner["required"].([]string)...)
			continue
		}
		if name == "" || name == "-" {
			continue
		}
		props[name] = s.of(f.Type)
		if f.Type.Kind() == reflect.Pointer && !strings.Contains(opts, "omit") {
			props[name] = object{"anyOf": []object{s.of(f.Type), {"type": "null"}}}
		}
		if !strings.Contains(opts, "omit") {
			required = append(required, name)
		}
	}
	return object{"type": "object", "properties": props, "required": required}
}

// choices of the enumerated string types.
var choices = map[reflect.Type][]string{
	reflect.TypeFor[workshop.Language]():   {"pl", "en"},
	reflect.TypeFor[workshop.Status]():     {"open", "closed"},
	reflect.TypeFor[workshop.Visibility](): {"group", "workshop"},
	reflect.TypeFor[workshop.PhaseKind]():  {"lobby", "theory", "forming", "stage", "gallery", "presentations", "wrap-up", "break"},
	reflect.TypeFor[workshop.Role]():       {"facilitator", "member", "projector"},
}

func (s schemas) of(t reflect.Type) object {
	switch t {
	case reflect.TypeFor[time.Time]():
		return object{"type": "string", "format": "date-time"}
	case reflect.TypeFor[[]byte]():
		return object{"type": "string", "contentEncoding": "base64"}
	case reflect.TypeFor[json.RawMessage]():
		return object{"type": "object"}
	case reflect.TypeFor[boardTags]():
		return object{"type": []string{"array", "object"}, "items": object{"type": "string"}}
	case reflect.TypeFor[optional[*string]]():
		return object{"type": []string{"string", "null"}}
	case reflect.TypeFor[areaBody]():
		return object{"anyOf": []object{{"type": "string"}, s.ref(t)}}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return s.of(t.Elem())
	case reflect.Struct:
		return s.ref(t)
	case reflect.Slice, reflect.Array:
		return object{"type": "array", "items": s.of(t.Elem())}
	case reflect.Map:
		return object{"type": "object", "additionalProperties": s.of(t.Elem())}
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Int, reflect.Int64, reflect.Uint64:
		return object{"type": "integer"}
	case reflect.String:
		if values := choices[t]; values != nil {
			return object{"type": "string", "enum": values}
		}
	}
	return object{"type": "string"}
}
