package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/pathboard/pathboard/server/persist"
)

// tokenBytes is the size of a token: 256 bits cannot be guessed.
const tokenBytes = 32

// newToken returns a fresh token in URL-safe letters.
func newToken() (string, error) {
	raw := make([]byte, tokenBytes)
	if _, err := rand.Read(raw); err != nil {
		return "", fmt.Errorf("draw token: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(raw), nil
}

func hashSecret(s string) persist.Hash { return sha256.Sum256([]byte(s)) }

// SameSecret compares two secrets in a time that depends on neither.
func SameSecret(a, b string) bool {
	x, y := hashSecret(a), hashSecret(b)
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}

// alphabet of join codes: no I, L, O, 0, 1 and no U, which is read as V.
// 30 symbols, eight places: 39 bits.
const (
	alphabet   = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
	codeLength = 8
)

// recoveryLength is that of a recovery code: 98 bits, as it is never rotated by
// itself and is written down.
const recoveryLength = 20

// newCode returns a fresh join code in its written form, ABCD-EFGH.
func newCode() (string, error) {
	code, err := draw(codeLength)
	if err != nil {
		return "", fmt.Errorf("draw join code: %w", err)
	}
	return inFours(code), nil
}

// draw returns so many random symbols of the alphabet.
func draw(length int) (string, error) {
	code := make([]byte, 0, length)
	for raw := make([]byte, 32); len(code) < length; {
		if _, err := rand.Read(raw); err != nil {
			return "", err
		}
		for _, b := range raw {
			// The largest multiple of 30 below 256 is 240: beyond it some
			// symbols would come up more often.
			if b < 240 && len(code) < length {
				code = append(code, alphabet[int(b)%len(alphabet)])
			}
		}
	}
	return string(code), nil
}

// inFours writes symbols in groups of four, ABCD-EFGH.
func inFours(code string) string {
	var b strings.Builder
	for i := 0; i < len(code); i += 4 {
		if i > 0 {
			b.WriteByte('-')
		}
		b.WriteString(code[i:min(i+4, len(code))])
	}
	return b.String()
}

// ParseCode returns the written form of the join code somebody typed, whatever
// the letter case, dashes and spaces; false when it cannot be a code.
func ParseCode(typed string) (string, bool) { return parseSymbols(typed, codeLength) }

func parseSymbols(typed string, length int) (string, bool) {
	if len(typed) > 64 {
		return "", false
	}
	code := strings.Map(func(r rune) rune {
		switch r {
		case '-', ' ', '\t', '\u00a0', '\u2010', '\u2011', '\u2012', '\u2013', '\u2014':
			return -1
		}
		return r
	}, strings.ToUpper(typed))
	if len(code) != length {
		return "", false
	}
	for i := range len(code) {
		if strings.IndexByte(alphabet, code[i]) < 0 {
			return "", false
		}
	}
	return inFours(code), true
}
