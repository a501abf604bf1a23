package ydoc

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// XML returns the markup of an XML type as toString does in yjs: nothing is
// escaped, so it serves comparison and debugging, not display.
func (t *Type) XML() string {
	switch t.kind {
	case KindXMLElement:
		return t.elementXML()
	case KindXMLFragment:
		return t.childrenXML()
	case KindXMLText:
		return t.textXML()
	case KindText:
		return t.Text()
	}
	return "[object Object]" // what JavaScript makes of the others
}

func (t *Type) elementXML() string {
	var b strings.Builder
	name := strings.ToLower(t.name)
	b.WriteString("<" + name)
	for _, key := range t.Keys() {
		v, _ := t.Get(key)
		fmt.Fprintf(&b, ` %s="%s"`, key, scriptString(v))
	}
	b.WriteString(">" + t.childrenXML() + "</" + name + ">")
	return b.String()
}

func (t *Type) childrenXML() string {
	var b strings.Builder
	var values []any
	for it := t.first; it != nil; it = it.right {
		switch {
		case !it.listed():
		case it.kind == kindString: // as values its pairs would come apart
			b.Write(it.data)
		default:
			values = it.appendValues(values[:0])
			for _, v := range values {
				b.WriteString(scriptString(v))
			}
		}
	}
	return b.String()
}

// textXML wraps each formatted piece into elements named after its attributes.
func (t *Type) textXML() string {
	var b strings.Builder
	for _, op := range t.Delta() {
		names := slices.Sorted(maps.Keys(op.Attributes))
		for _, name := range names {
			b.WriteString("<" + name)
			if attributes, ok := op.Attributes[name].(map[string]any); ok {
				for _, key := range slices.Sorted(maps.Keys(attributes)) {
					fmt.Fprintf(&b, ` %s="%s"`, key, scriptString(attributes[key]))
				}
			}
			b.WriteString(">")
		}
		b.WriteString(scriptString(op.Insert))
		for _, name := range slices.Backward(names) {
			b.WriteString("</" + name + ">")
		}
	}
	return b.String()
}

// scriptString is a value as JavaScript turns it into a string.
func scriptString(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case float64:
		return scriptNumber(v)
	case bool:
		return strconv.FormatBool(v)
	case BigInt:
		return strconv.FormatInt(int64(v), 10)
	case nil:
		return "null"
	case Undefined:
		return "undefined"
	case []any:
		parts := make([]string, len(v))
		for i, e := range v {
			if e != nil && e != (Undefined{}) {
				parts[i] = scriptString(e)
			}
		}
		return strings.Join(parts, ",")
	case []byte:
		parts := make([]string, len(v))
		for i, n := range v {
			parts[i] = strconv.Itoa(int(n))
		}
		return strings.Join(parts, ",")
	case *Type:
		return v.XML()
	}
	return "[object Object]"
}

func scriptNumber(n float64) string {
	switch {
	case math.IsNaN(n):
		return "NaN"
	case math.IsInf(n, 1):
		return "Infinity"
	case math.IsInf(n, -1):
		return "-Infinity"
	case n == 0:
		return "0"
	case math.Abs(n) >= 1e21 || math.Abs(n) < 1e-6:
		s := strconv.FormatFloat(n, 'e', -1, 64)
		return strings.NewReplacer("e-0", "e-", "e+0", "e+").Replace(s)
	}
	return strconv.FormatFloat(n, 'f', -1, 64)
}
