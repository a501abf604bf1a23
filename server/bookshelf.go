package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/pathboard/pathboard/server/export"
	"github.com/pathboard/pathboard/server/httpapi"
	"github.com/pathboard/pathboard/server/library"
	"github.com/pathboard/pathboard/server/workshop"
)

// bookshelf is the library as the HTTP edge asks for it.
type bookshelf struct{ shipped *library.Library }

var _ httpapi.Library = bookshelf{}

// Search implements httpapi.Library.
func (b bookshelf) Search(q httpapi.LibraryQuery) any {
	all := b.shipped.With(ownEntries(q.Own))
	return all.Search(library.Query{Area: q.Area, Stage: q.Stage, Kind: q.Kind, Text: q.Text})
}

// Write implements httpapi.Library.
func (b bookshelf) Write(city string, own []workshop.OwnEntry) httpapi.File {
	return httpapi.File{
		Name: "pathboard-" + export.FileName(city+" biblioteka", "library") + ".json", ContentType: "application/json",
		Write: func(w io.Writer) error {
			body, err := json.MarshalIndent(ownEntries(own), "", "  ")
			if err != nil {
				return fmt.Errorf("encode library: %w", err)
			}
			_, err = w.Write(append(body, '\n'))
			return err
		},
	}
}

// Read implements httpapi.Library.
func (b bookshelf) Read(body []byte) ([]workshop.EntryFromFile, error) {
	entries, err := library.ReadFile(body)
	if err != nil {
		line := 1
		if form, ok := errors.AsType[*library.FormError](err); ok {
			line = form.Line
		}
		return nil, &workshop.Error{Code: workshop.CodeInvalidInput, Fields: []workshop.FieldError{
			{Field: "file", Code: workshop.FieldFile, Params: workshop.Params{"line": line}},
		}}
	}
	out := make([]workshop.EntryFromFile, len(entries))
	for i, e := range entries {
		in := workshop.EntryInput{Kind: e.Kind, Name: e.Name, Text: e.Text, City: e.City, URL: e.URL, Checked: e.Checked}
		for _, s := range e.Stages {
			in.Stages = append(in.Stages, workshop.StageID(s))
		}
		for _, a := range e.Areas {
			in.Areas = append(in.Areas, workshop.AreaID(a))
		}
		if e.Access != nil {
			in.Access = *e.Access
		}
		if e.Licence != nil {
			in.Licence = *e.Licence
		}
		out[i] = workshop.EntryFromFile{ID: e.ID, EntryInput: in}
	}
	return out, nil
}

// ownEntries are a workshop's own entries as those of the library.
func ownEntries(own []workshop.OwnEntry) []library.Entry {
	out := make([]library.Entry, len(own))
	for i, e := range own {
		out[i] = library.Entry{ID: string(e.ID), Kind: e.Kind, Name: e.Name, Text: e.Text, City: e.City, URL: e.URL, Checked: e.Checked}
		for _, s := range e.Stages {
			out[i].Stages = append(out[i].Stages, string(s))
		}
		for _, a := range e.Areas {
			out[i].Areas = append(out[i].Areas, string(a))
		}
		if e.Access != (workshop.Text{}) {
			out[i].Access = &e.Access
		}
		if e.Licence != (workshop.Text{}) {
			out[i].Licence = &e.Licence
		}
	}
	return out
}
