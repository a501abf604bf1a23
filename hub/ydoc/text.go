package ydoc

import (
	"slices"
	"unicode/utf8"
)

// Formatted text. A mark item says that from there on an attribute has a value,
// null ending it. The algorithms are those of yjs, so that the same edit of the
// same document gives the same bytes.

// textCursor walks over a text and knows the attributes in force.
type textCursor struct {
	x           *Txn
	t           *Type
	left, right *item
	current     attributes
}

// seek moves n units on.
func (c *textCursor) seek(n int) error {
	for rest := uint32(n); rest > 0; {
		if c.right == nil {
			return ErrRange
		}
		if c.right.listed() {
			if rest < c.right.length {
				if err := c.x.cut(c.right, rest); err != nil {
					return err
				}
			}
			rest -= c.right.length
		}
		c.forward()
	}
	return nil
}

func (c *textCursor) forward() {
	if c.right.kind == kindFormat && !c.right.deleted() {
		c.current.apply(c.right.attribute())
	}
	c.left, c.right = c.right, c.right.right
}

// add inserts content and steps behind it.
func (c *textCursor) add(n int, content item) error {
	it, err := c.x.add(c.t, c.left, c.right, n, content)
	if err != nil {
		return err
	}
	c.right = it
	c.forward()
	return nil
}

func (c *textCursor) addMark(a attribute) error {
	return c.add(1, a.mark())
}

// insert puts content there and makes wanted the attributes of it. Attributes
// in force that wanted does not mention end before it.
func (c *textCursor) insert(n int, content item, wanted attributes) error {
	for _, a := range c.current {
		if !wanted.has(a.key) {
			wanted.set(attribute{key: a.key})
		}
	}
	c.minimize(wanted)
	negated, err := c.begin(wanted)
	if err != nil {
		return err
	}
	if err := c.add(n, content); err != nil {
		return err
	}
	return c.negate(negated)
}

// minimize steps over marks that say what is wanted anyway.
func (c *textCursor) minimize(wanted attributes) {
	for c.right != nil && (c.right.deleted() ||
		c.right.kind == kindFormat && wanted.get(c.right.attribute().key).equal(c.right.attribute())) {
		c.forward()
	}
}

// begin sets marks for the wanted attributes not in force and returns what must
// be restored behind.
func (c *textCursor) begin(wanted attributes) (negated attributes, err error) {
	for _, a := range wanted {
		if before := c.current.get(a.key); !before.equal(a) {
			negated.set(before)
			if err := c.addMark(a); err != nil {
				return nil, err
			}
		}
	}
	return negated, nil
}

// negate restores attributes, unless the marks that follow do.
func (c *textCursor) negate(negated attributes) error {
	for ; c.right != nil; c.forward() {
		if c.right.deleted() {
			continue
		}
		if c.right.kind != kindFormat {
			break
		}
		a := c.right.attribute()
		if !negated.has(a.key) || !negated.get(a.key).equal(a) {
			break
		}
		negated.remove(a.key)
	}
	for _, a := range negated {
		if err := c.addMark(a); err != nil {
			return err
		}
	}
	return nil
}

// format gives the next n units the wanted attributes.
func (c *textCursor) format(n int, wanted attributes) error {
	c.minimize(wanted)
	negated, err := c.begin(wanted)
	if err != nil {
		return err
	}
	rest := uint32(n)
	for c.right != nil && (rest > 0 || len(negated) > 0 && (c.right.deleted() || c.right.kind == kindFormat)) {
		switch {
		case c.right.deleted():
		case c.right.kind == kindFormat:
			a := c.right.attribute()
			switch {
			case !wanted.has(a.key):
				c.current.set(a)
			case wanted.get(a.key).equal(a):
				negated.remove(a.key)
				c.x.doc.delete(c.right)
			case rest == 0:
				return c.negate(negated)
			default:
				negated.set(a)
				c.x.doc.delete(c.right)
			}
		default:
			if rest < c.right.length {
				if err := c.x.cut(c.right, rest); err != nil {
					return err
				}
			}
			rest -= c.right.length
		}
		c.forward()
	}
	return c.negate(negated)
}

// delete removes the next n units, and marks that lose their meaning with it.
func (c *textCursor) delete(n int) error {
	before, first := slices.Clone(c.current), c.right
	for rest := uint32(n); rest > 0 && c.right != nil; c.forward() {
		switch c.right.kind {
		case kindType, kindEmbed, kindString:
			if c.right.deleted() {
				continue
			}
			if rest < c.right.length {
				if err := c.x.cut(c.right, rest); err != nil {
					return err
				}
			}
			rest -= c.right.length
			c.x.doc.delete(c.right)
		}
	}
	if first != nil {
		c.tidy(first, before)
	}
	return nil
}

// tidy deletes marks from first up to the next content that are overridden or
// say what was in force before.
func (c *textCursor) tidy(first *item, before attributes) {
	lasting := map[string]*item{}
	end := first
	for ; end != nil && (end.deleted() || !end.kind.countable()); end = end.right {
		if end.kind == kindFormat && !end.deleted() {
			lasting[end.attribute().key] = end
		}
	}
	reached := false
	for it := first; it != end; it = it.right {
		reached = reached || it == c.right
		if it.deleted() || it.kind != kindFormat {
			continue
		}
		a := it.attribute()
		old := before.get(a.key)
		if lasting[a.key] == it && !old.same(a) {
			if !reached {
				c.current.apply(a)
			}
			continue
		}
		c.x.doc.delete(it)
		if !reached && c.current.get(a.key).same(a) && !old.same(a) {
			c.current.apply(old)
		}
	}
}

// textAt returns a cursor at an index of a text.
func (x *Txn) textAt(t *Type, index int) (*textCursor, error) {
	if err := x.usable(t); err != nil {
		return nil, err
	}
	if t.kind != KindText && t.kind != KindXMLText && t.kind != KindUnknown {
		return nil, ErrKind
	}
	if index < 0 || index > int(t.length) {
		return nil, ErrRange
	}
	c := &textCursor{x: x, t: t, right: t.first}
	return c, c.seek(index)
}

// InsertText puts characters into a text before UTF-16 code unit index. They
// take the formatting of what stands before them.
func (x *Txn) InsertText(t *Type, index int, text string) error {
	c, err := x.textAt(t, index)
	if err != nil || text == "" {
		return err
	}
	return c.insertText(text, slices.Clone(c.current))
}

// InsertFormatted is InsertText with the given attributes and no others.
func (x *Txn) InsertFormatted(t *Type, index int, text string, attributes map[string]any) error {
	c, err := x.textAt(t, index)
	if err != nil || text == "" {
		return err
	}
	wanted, err := x.attributes(attributes)
	if err != nil {
		return err
	}
	return c.insertText(text, wanted)
}

func (c *textCursor) insertText(text string, wanted attributes) error {
	if !utf8.ValidString(text) {
		return refuse(ErrMalformed, "invalid UTF-8")
	}
	content := item{kind: kindString, data: []byte(text)}
	units, astral := utf16Len(content.data)
	if astral {
		content.flags = isAstral
	}
	return c.insert(units, content, wanted)
}

// InsertEmbed puts a value, such as a picture's address, into a text as one
// unit with the given attributes. The value is JSON: no BigInt, no bytes.
func (x *Txn) InsertEmbed(t *Type, index int, value any, attributes map[string]any) error {
	c, err := x.textAt(t, index)
	if err != nil {
		return err
	}
	return c.insertEmbed(value, attributes)
}

func (c *textCursor) insertEmbed(value any, attributes map[string]any) error {
	text, err := c.x.json(value)
	if err != nil {
		return err
	}
	wanted, err := c.x.attributes(attributes)
	if err != nil {
		return err
	}
	return c.insert(1, item{kind: kindEmbed, data: appendBytes(nil, text)}, wanted)
}

// Format gives n units of a text from index on attributes; nil removes one.
func (x *Txn) Format(t *Type, index, n int, attributes map[string]any) error {
	c, err := x.textAt(t, index)
	if err != nil || n == 0 {
		return err
	}
	if n < 0 || index+n > int(t.length) {
		return ErrRange
	}
	wanted, err := x.attributes(attributes)
	if err != nil {
		return err
	}
	return c.format(n, wanted)
}

// ApplyDelta changes a text step by step, as applyDelta does in yjs: each
// change inserts text or an embedded value, retains units with attributes, or
// deletes units.
func (x *Txn) ApplyDelta(t *Type, delta []Change) error {
	c, err := x.textAt(t, 0)
	for i := 0; i < len(delta) && err == nil; i++ {
		err = c.apply(delta[i])
	}
	return err
}

func (c *textCursor) apply(change Change) error {
	wanted, err := c.x.attributes(change.Attributes)
	if err != nil {
		return err
	}
	switch insert := change.Insert.(type) {
	case nil:
	case string:
		if insert == "" {
			return nil
		}
		return c.insertText(insert, wanted)
	default:
		return c.insertEmbed(insert, change.Attributes)
	}
	n := max(change.Retain, change.Delete)
	if min(change.Retain, change.Delete) < 0 || n > c.remaining() {
		return ErrRange
	}
	switch {
	case n == 0:
		return nil
	case change.Delete > 0:
		return c.delete(n)
	}
	return c.format(n, wanted)
}

// remaining counts the units behind the cursor.
func (c *textCursor) remaining() (n int) {
	for it := c.right; it != nil; it = it.right {
		if it.listed() {
			n += int(it.length)
		}
	}
	return n
}
