// Package template holds the templates that workshops start from, as data:
// stages with their questions, areas, departments, in Polish and English. What a
// template means is the domain's business (package workshop).
package template

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/pathboard/pathboard/server/workshop"
)

//go:embed content/*.json
var content embed.FS

// All returns the shipped templates, the default first.
func All() ([]workshop.Template, error) {
	files, err := content.ReadDir("content")
	if err != nil {
		return nil, fmt.Errorf("list templates: %w", err)
	}
	var all []workshop.Template
	for _, f := range files {
		b, err := content.ReadFile("content/" + f.Name())
		if err != nil {
			return nil, fmt.Errorf("read template: %w", err)
		}
		t, err := Parse(b)
		if err != nil {
			return nil, fmt.Errorf("template %s: %w", f.Name(), err)
		}
		all = append(all, t)
	}
	slices.SortStableFunc(all, func(a, b workshop.Template) int {
		switch {
		case a.ID == workshop.DefaultTemplate:
			return -1
		case b.ID == workshop.DefaultTemplate:
			return 1
		default:
			return 0
		}
	})
	return all, nil
}

// Parse reads one template strictly: unknown fields are errors, and every text
// is there in both languages.
func Parse(b []byte) (workshop.Template, error) {
	var t workshop.Template
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&t); err != nil {
		return t, err
	}
	return t, check(t)
}

// checkAgenda holds each phase to a kind with a stage of the template where it
// has one.
func checkAgenda(t workshop.Template, once func(string) error, texts map[string]workshop.Text) error {
	for _, p := range t.Agenda {
		if err := once("phase " + string(p.ID)); err != nil {
			return err
		}
		texts["phase "+string(p.ID)] = p.Name
		known := slices.ContainsFunc(t.Stages, func(s workshop.Stage) bool { return s.ID == p.Stage })
		if p.Minutes <= 0 || p.Stage != "" && !known || p.Kind == workshop.PhaseStage && !known {
			return fmt.Errorf("phase %s needs minutes and a stage of the template", p.ID)
		}
	}
	return nil
}

func check(t workshop.Template) error {
	if t.ID == "" || len(t.Stages) == 0 || len(t.Areas) == 0 {
		return fmt.Errorf("id, stages and areas are required")
	}
	seen := map[string]bool{}
	once := func(id string) error {
		if id == "" || seen[id] {
			return fmt.Errorf("id %q is empty or taken twice", id)
		}
		seen[id] = true
		return nil
	}
	texts := map[string]workshop.Text{"name": t.Name}
	for _, s := range t.Stages {
		if err := once("stage " + string(s.ID)); err != nil {
			return err
		}
		where := "stage " + string(s.ID) + " "
		texts[where+"name"], texts[where+"purpose"], texts[where+"done"] = s.Name, s.Purpose, s.Done
		for i, q := range s.Questions {
			texts[fmt.Sprintf("%squestion %d", where, i+1)] = q
		}
		if len(s.Questions) == 0 || len(s.Kinds) == 0 || s.Minutes <= 0 {
			return fmt.Errorf("%sneeds questions, kinds and minutes", where)
		}
	}
	for _, a := range t.Areas {
		if err := once("area " + string(a.ID)); err != nil {
			return err
		}
		texts["area "+string(a.ID)] = a.Name
	}
	if err := checkAgenda(t, once, texts); err != nil {
		return err
	}
	for i, d := range t.Departments {
		texts[fmt.Sprintf("department %d", i+1)] = d
	}
	for what, text := range texts {
		if text.PL == "" || text.EN == "" {
			return fmt.Errorf("%s is missing in one language", what)
		}
	}
	return nil
}
