package i18n

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/pathboard/pathboard/server/workshop"
)

// Default is the language of those who ask for none.
const Default = workshop.Polish

var catalogues = map[workshop.Language]map[string]string{
	workshop.Polish:  polish,
	workshop.English: english,
}

// Text returns the message of the key in the language, with {name} replaced by
// the parameter of that name. A key without a message comes back itself.
func Text(l workshop.Language, key string, params workshop.Params) string {
	text, ok := catalogues[l][key]
	if !ok {
		if text, ok = catalogues[Default][key]; !ok {
			return key
		}
	}
	for name, value := range params {
		text = strings.ReplaceAll(text, "{"+name+"}", fmt.Sprint(value))
	}
	return text
}

// Title returns the few words that name a problem.
func Title(l workshop.Language, code workshop.Code) string {
	return Text(l, "title."+string(code), nil)
}

// Detail returns the sentences that explain a problem and what to do about it.
func Detail(l workshop.Language, code workshop.Code, params workshop.Params) string {
	return Text(l, "detail."+string(code), params)
}

// Field returns what is wrong with one field.
func Field(l workshop.Language, code workshop.FieldCode, params workshop.Params) string {
	return Text(l, "field."+string(code), params)
}

// Negotiate picks the language for an Accept-Language header: the one with the
// highest weight among those we speak, the earlier of two equal ones.
func Negotiate(header string) workshop.Language {
	best, weight := Default, 0.0
	for part := range strings.SplitSeq(header, ",") {
		tag, rest, _ := strings.Cut(strings.TrimSpace(part), ";")
		primary, _, _ := strings.Cut(strings.ToLower(tag), "-")
		l := workshop.Language(strings.TrimSpace(primary))
		if q := quality(rest); l.Valid() && q > weight {
			best, weight = l, q
		}
	}
	return best
}

// quality reads "q=0.8"; 1 when absent, 0 when unreadable.
func quality(s string) float64 {
	s = strings.TrimSpace(s)
	if s == "" {
		return 1
	}
	q, ok := strings.CutPrefix(s, "q=")
	if !ok {
		return 0
	}
	f, err := strconv.ParseFloat(strings.TrimSpace(q), 64)
	if err != nil || f < 0 || f > 1 {
		return 0
	}
	return f
}
