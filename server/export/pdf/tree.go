package pdf

import (
	"fmt"
	"strings"
)

// tag is an element of the structure: a heading, a paragraph, a cell.
type tag struct {
	object int
	kind   string
	attrs  string
	parent *tag
	kids   []kid
}

// kid is what an element holds: another element, or marked content or an
// annotation on a page.
type kid struct {
	tag    *tag
	page   int // object
	marked int // id of the marked content
	annot  int // object; 0: none
}

func (d *Doc) tag(parent *tag, kind string) *tag {
	t := &tag{object: d.alloc(), kind: kind, parent: parent}
	if parent != nil {
		parent.kids = append(parent.kids, kid{tag: t})
	}
	d.tags = append(d.tags, t)
	return t
}

// mark begins marked content of the element on the page.
func (d *Doc) mark(t *tag) {
	p := d.page
	fmt.Fprintf(&p.content, "/%s<</MCID %d>>BDC ", t.kind, len(p.owners))
	t.kids = append(t.kids, kid{page: p.object, marked: len(p.owners)})
	p.owners = append(p.owners, t)
}

// unmark ends marked content or an artifact.
func (d *Doc) unmark() { d.page.content.WriteString("EMC\n") }

// artifact begins decoration, which readers skip.
func (d *Doc) artifact() { d.page.content.WriteString("/Artifact BMC ") }

// tree writes the structure, the elements and the way back from content to them.
func (d *Doc) tree() {
	var nums strings.Builder
	for i, owners := range d.parents {
		objects := make([]int, len(owners))
		for j, t := range owners {
			objects[j] = t.object
		}
		fmt.Fprintf(&nums, "%d[%s]", i, refs(objects))
	}
	for i, t := range d.annots {
		fmt.Fprintf(&nums, "%d %d 0 R ", d.annotKey(i), t.object)
	}
	d.object(treeObject, fmt.Sprintf("<</Type/StructTreeRoot/K %d 0 R/ParentTree<</Nums[%s]>>/ParentTreeNextKey %d>>", d.root.object, nums.String(), d.annotKey(len(d.annots))))
	for _, t := range d.tags {
		var kids strings.Builder
		for _, k := range t.kids {
			switch {
			case k.tag != nil:
				fmt.Fprintf(&kids, "%d 0 R ", k.tag.object)
			case k.annot != 0:
				fmt.Fprintf(&kids, "<</Type/OBJR/Pg %d 0 R/Obj %d 0 R>>", k.page, k.annot)
			default:
				fmt.Fprintf(&kids, "<</Type/MCR/Pg %d 0 R/MCID %d>>", k.page, k.marked)
			}
		}
		parent := treeObject
		if t.parent != nil {
			parent = t.parent.object
		}
		d.object(t.object, fmt.Sprintf("<</Type/StructElem/S/%s/P %d 0 R%s/K[%s]>>", t.kind, parent, t.attrs, kids.String()))
	}
}

// annotBase is above the number of pages any document here has, so that the keys
// of pages and of annotations in the parent tree never meet.
const annotBase = 1 << 20

func (d *Doc) annotKey(i int) int { return annotBase + i }

// outline writes the bookmarks and returns their entry in the catalog.
func (d *Doc) outline() string {
	if len(d.headings) == 0 {
		return ""
	}
	type node struct {
		object, parent     int
		first, last, count int
		prev, next         int
	}
	root := &node{object: d.alloc()}
	nodes := make([]*node, len(d.headings))
	byObject := map[int]*node{}
	open := []*node{root}
	levels := []int{0}
	for i, h := range d.headings {
		for levels[len(levels)-1] >= h.level {
			open, levels = open[:len(open)-1], levels[:len(levels)-1]
		}
		up := open[len(open)-1]
		n := &node{object: d.alloc(), parent: up.object, prev: up.last}
		if up.first == 0 {
			up.first = n.object
		} else {
			byObject[up.last].next = n.object
		}
		up.last = n.object
		up.count++
		nodes[i], byObject[n.object] = n, n
		open, levels = append(open, n), append(levels, h.level)
	}
	entry := func(key string, n int) string {
		if n == 0 {
			return ""
		}
		return fmt.Sprintf("/%s %d 0 R", key, n)
	}
	for i, n := range nodes {
		h := d.headings[i]
		count := ""
		if n.count > 0 {
			count = fmt.Sprintf("/Count %d", -n.count)
		}
		d.object(n.object, fmt.Sprintf("<</Title %s/Parent %d 0 R%s%s%s%s%s/Dest[%d 0 R/XYZ null %s null]>>", text(h.title), n.parent,
			entry("Prev", n.prev), entry("Next", n.next), entry("First", n.first), entry("Last", n.last), count, h.page, num(h.y)))
	}
	d.object(root.object, fmt.Sprintf("<</Type/Outlines/First %d 0 R/Last %d 0 R/Count %d>>", root.first, root.last, root.count))
	return fmt.Sprintf("/Outlines %d 0 R/PageMode/UseOutlines", root.object)
}
