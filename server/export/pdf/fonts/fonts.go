// Package fonts holds the fonts of pages and pictures that are part of no module.
//
// NotoEmoji.ttf is Noto Emoji Regular 3.006 (one colour) under the SIL Open Font
// License in LICENSE. It was cut down to what is drawn here, for its size:
//
//	pyftsubset NotoEmoji_400Regular.ttf --unicodes=U+2000-1F3FA,U+1F400-1FAFF --layout-features= --no-hinting
package fonts

import _ "embed"

// Emoji is a TrueType font of emoji.
//
//go:embed NotoEmoji.ttf
var Emoji []byte
