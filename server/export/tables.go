package export

import (
	"fmt"
	"strings"
	"time"
)

// Tables are the report as tables, one for each sheet or file.
func (r *Report) Tables() []Table {
	tables := []Table{r.groupsTable(), r.cardsTable(), r.stagesTable(), r.linksTable(), r.matrixTable(), r.sourcesTable(len(r.Groups)), r.planTable()}
	if len(r.Votes) > 0 {
		tables = append(tables, r.votesTable())
	}
	if r.Feedback != nil {
		tables = append(tables, r.feedbackTable())
	}
	if len(r.Departments) > 0 {
		tables = append(tables, r.peopleTable())
	}
	if t := r.commentsTable(); len(t.Rows) > 0 {
		tables = append(tables, t)
	}
	return tables
}

func (r *Report) table(name string, columns ...Column) Table {
	for i := range columns {
		columns[i].Title = say(r.Language, "col."+columns[i].Title)
	}
	caption := map[string]string{"matrix": "matrix", "sources": "sources", "plan": "plan", "votes": "votes", "feedback": "feedback"}[name]
	t := Table{Name: say(r.Language, "sheet."+name), Columns: columns}
	if t.Caption = t.Name; caption != "" {
		t.Caption = say(r.Language, caption)
	}
	return t
}

func (t *Table) row(cells ...string) { t.Rows = append(t.Rows, cells) }

func (r *Report) groupsTable() Table {
	t := r.table("groups", Column{"group", 2, 0}, Column{"area", 2, 0}, Column{"problem", 5, 0})
	for _, g := range r.Groups {
		t.row(g.Name, g.Area, g.Problem)
	}
	return t
}

func (r *Report) cardsTable() Table {
	t := r.table("cards", Column{"group", 2, 0}, Column{"stage", 2, 0}, Column{"kind", 1.4, 0}, Column{"text", 6, 0}, Column{"author", 2, 0},
		Column{"owner", 2, 0}, Column{"due", 1.3, DateColumn}, Column{"state", 1.4, 0}, Column{"tags", 2, 0}, Column{"created", 1.8, TimeColumn},
		Column{"picture", 2, 0}, Column{"aside", 1.2, 0}, Column{"source", 2, 0})
	row := func(g *GroupPart, c *CardPart) {
		created := ""
		if !c.Created.IsZero() {
			created = c.Created.Format(time.RFC3339)
		}
		picture, aside, source := "", "", ""
		if c.Reference != nil {
			source = c.Reference.Name
		}
		if c.Picture != nil {
			picture = r.altOf(c.Picture)
		}
		if c.aside {
			aside = say(r.Language, "yes")
		}
		t.row(g.Name, c.Stage, c.KindName, c.Text, c.Author, c.Owner, c.Due, c.State, strings.Join(c.Tags, ", "), created, picture, aside, source)
	}
	for i := range r.Groups {
		g := &r.Groups[i]
		for s := range g.Stages {
			for c := range g.Stages[s].Cards {
				row(g, &g.Stages[s].Cards[c])
			}
		}
		for c := range g.Aside {
			row(g, &g.Aside[c])
		}
	}
	return t
}

func (r *Report) commentsTable() Table {
	t := r.table("comments", Column{"group", 2, 0}, Column{"card", 4, 0}, Column{"text", 5, 0}, Column{"author", 2, 0}, Column{"created", 1.8, TimeColumn}, Column{"resolved", 1.2, 0})
	for _, g := range r.Groups {
		for _, c := range g.Comments {
			at, resolved := "", say(r.Language, "no")
			if !c.At.IsZero() {
				at = c.At.Format(time.RFC3339)
			}
			if c.Resolved {
				resolved = say(r.Language, "yes")
			}
			t.row(g.Name, c.Card, c.Text, c.Author, at, resolved)
		}
	}
	return t
}

func (r *Report) stagesTable() Table {
	t := r.table("stages", Column{"group", 2, 0}, Column{"stage", 2, 0}, Column{"done", 1, 0}, Column{"summary", 6, 0})
	for _, g := range r.Groups {
		for _, s := range g.Stages {
			if s.Number > 0 {
				done := say(r.Language, "no")
				if s.Done {
					done = say(r.Language, "yes")
				}
				t.row(g.Name, s.Name, done, s.Summary)
			}
		}
	}
	return t
}

func (r *Report) linksTable() Table {
	t := r.table("links", Column{"group", 2, 0}, Column{"from", 4, 0}, Column{"to", 4, 0}, Column{"label", 2, 0})
	for _, g := range r.Groups {
		for _, l := range g.Links {
			t.row(g.Name, l.From, l.To, l.Label)
		}
	}
	return t
}

func (r *Report) matrixTable() Table {
	t := r.table("matrix", Column{"area", 2, 0}, Column{"methods", 3, 0}, Column{"difficulties", 3, 0}, Column{"solutions", 3, 0})
	for _, row := range r.Matrix {
		t.row(row.Area, mentions(row.Methods), mentions(row.Difficulties), mentions(row.Solutions))
	}
	return t
}

// mentions are one a line.
func mentions(list []Mention) string {
	lines := make([]string, len(list))
	for i, m := range list {
		lines[i] = "• " + strings.Join(strings.Fields(m.Text), " ") + " (" + m.Group + ")"
	}
	return strings.Join(lines, "\n")
}

// sourcesTable names at most so many groups at a source and counts the others.
func (r *Report) sourcesTable(most int) Table {
	t := r.table("sources", Column{"kind", 1.4, 0}, Column{"name", 3.8, 0}, Column{"licence", 2, 0}, Column{"address", 2.4, LinkColumn}, Column{"groups", 2, 0})
	for _, u := range r.References {
		groups := strings.Join(u.Groups[:min(most, len(u.Groups))], ", ")
		if more := len(u.Groups) - most; more > 0 {
			groups += fmt.Sprintf(" (+%d)", more)
		}
		t.row(say(r.Language, "kind."+u.Kind), u.Name, u.Licence, u.URL, groups)
	}
	return t
}

func (r *Report) planTable() Table {
	t := r.table("plan", Column{"action", 4, 0}, Column{"owner", 2, 0}, Column{"due", 1.7, DateColumn}, Column{"state", 1.5, 0}, Column{"group", 2, 0})
	for _, a := range r.Actions {
		t.row(a.Text, a.Owner, a.Due, a.State, a.Group)
	}
	return t
}

func (r *Report) peopleTable() Table {
	t := r.table("people", Column{"department", 4, 0}, Column{"person", 3, 0})
	for _, d := range r.Departments {
		for _, p := range d.People {
			t.row(d.Name, p)
		}
	}
	return t
}

// Sheets are the tables for spreadsheets: as Tables, but with the matrix one row
// a mention, so that it can be filtered.
func (r *Report) Sheets() []Table {
	tables := r.Tables()
	long := r.table("matrix", Column{"area", 2, 0}, Column{"kind", 1.4, 0}, Column{"text", 6, 0}, Column{"group", 2, 0})
	for _, row := range r.Matrix {
		for _, of := range []struct {
			kind string
			list []Mention
		}{{"method", row.Methods}, {"difficulty", row.Difficulties}, {"solution", row.Solutions}} {
			for _, m := range of.list {
				long.row(row.Area, say(r.Language, "kind."+of.kind), m.Text, m.Group)
			}
		}
	}
	for i, t := range tables {
		if t.Name == long.Name {
			tables[i] = long
		}
	}
	return tables
}
