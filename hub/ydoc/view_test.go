package ydoc

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strconv"
)

// viewRoots are the roots every history declares.
var viewRoots = map[string]Kind{
	"cards": KindMap, "order": KindArray, "meta": KindMap,
	"notes": KindText, "rich": KindText, "xml": KindXMLFragment,
}

// view builds what oracle/view.mjs builds.
func view(d *Doc) any {
	all := map[string]any{}
	for name, kind := range viewRoots {
		all[name] = viewType(d.Root(name, kind))
	}
	return all
}

func viewType(t *Type) any {
	switch t.Kind() {
	case KindText, KindXMLText:
		delta := []any{}
		for _, op := range t.Delta() {
			o := map[string]any{"insert": viewValue(op.Insert)}
			if op.Attributes != nil {
				o["attributes"] = viewValue(op.Attributes)
			}
			delta = append(delta, o)
		}
		text := t.Text()
		if t.Kind() == KindXMLText {
			return map[string]any{"$": "text", "length": float64(t.Len()), "delta": delta, "text": markup(t)}
		}
		return map[string]any{"$": "text", "length": float64(t.Len()), "delta": delta, "text": text}
	case KindXMLElement:
		return map[string]any{
			"$": "element", "name": t.Name(), "attributes": viewEntries(t),
			"children": viewValue(t.Values()), "xml": markup(t),
		}
	case KindXMLFragment:
		return map[string]any{"$": "fragment", "children": viewValue(t.Values()), "xml": markup(t)}
	case KindArray:
		return map[string]any{"$": "array", "length": float64(t.Len()), "values": viewValue(t.Values())}
	}
	return map[string]any{"$": "map", "entries": viewEntries(t)}
}

// markup is the type's XML, nil where yjs throws instead: at null and undefined
// among the children.
func markup(t *Type) any {
	if throws(t) {
		return nil
	}
	return t.XML()
}

func throws(t *Type) bool {
	var children []any
	switch t.Kind() {
	case KindXMLText:
		for _, op := range t.Delta() {
			if child, ok := op.Insert.(*Type); ok && throws(child) {
				return true
			}
		}
	case KindXMLElement, KindXMLFragment:
		children = t.Values()
	}
	for _, v := range children {
		if child, ok := v.(*Type); v == nil || v == (any)(Undefined{}) || ok && throws(child) {
			return true
		}
	}
	return false
}

func viewEntries(t *Type) map[string]any {
	m := map[string]any{}
	for _, key := range t.Keys() {
		v, _ := t.Get(key)
		m[key] = viewValue(v)
	}
	return m
}

func viewValue(v any) any {
	switch v := v.(type) {
	case Undefined:
		return map[string]any{"$": "undefined"}
	case BigInt:
		return map[string]any{"$": "bigint", "n": strconv.FormatInt(int64(v), 10)}
	case []byte:
		return map[string]any{"$": "bytes", "b": base64.StdEncoding.EncodeToString(v)}
	case Subdoc:
		return map[string]any{"$": "doc", "guid": v.GUID}
	case *Type:
		return viewType(v)
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = viewValue(v[i])
		}
		return list
	case map[string]any:
		m := map[string]any{}
		for k := range v {
			m[k] = viewValue(v[k])
		}
		return m
	case float64:
		if math.IsInf(v, 0) || math.IsNaN(v) {
			return nil
		}
		return v + 0 // JSON.stringify knows no negative zero
	}
	return v
}

// equalJSON reports whether the document shows what yjs shows.
func equalJSON(want string, d *Doc) (bool, error) {
	var w any
	if err := json.Unmarshal([]byte(want), &w); err != nil {
		return false, fmt.Errorf("view of yjs: %w", err)
	}
	return reflect.DeepEqual(view(d), w), nil
}

// showView is for failure messages.
func showView(d *Doc) string {
	b, err := json.Marshal(view(d))
	if err != nil {
		return err.Error()
	}
	return string(b)
}
