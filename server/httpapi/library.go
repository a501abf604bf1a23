package httpapi

import (
	"io"
	"net/http"

	"github.com/pathboard/pathboard/server/workshop"
)

// LibraryQuery selects entries of the library; empty fields select all.
type LibraryQuery struct {
	Area, Stage, Kind, Lang, Text string
	// Own are a workshop's own entries, found beside those shipped.
	Own []workshop.OwnEntry
}

// Library is what groups lean on.
type Library interface {
	// Search returns the entries found, as a list for JSON.
	Search(q LibraryQuery) any
	// Write returns entries as a city's library file.
	Write(city string, own []workshop.OwnEntry) File
	// Read reads a city's library file, or fails with CodeInvalidInput.
	Read(body []byte) ([]workshop.EntryFromFile, error)
}

// libraryRoutes are those of the library, shipped and a workshop's own.
func libraryRoutes() []route {
	const own = inWorkshop + "/library"
	full := []workshop.Code{workshop.CodeLibraryFull}
	known := []workshop.Code{workshop.CodeNotFound}
	query := []string{"area", "stage", "kind", "lang", "q"}
	return []route{
		{method: http.MethodGet, path: "/api/library", id: "library", summary: "Data sources, tools, city examples and principles", public: true, status: 200, query: query, handle: (*api).library},
		{method: http.MethodGet, path: own, id: "workshopLibrary", summary: "The library with the workshop's own entries, and the proposals that the caller may see: all, or their group's", action: workshop.ViewWorkshop, status: 200, result: shelfBody{}, query: query, handle: (*api).workshopLibrary},
		{method: http.MethodPost, path: own, id: "addEntry", summary: "Add an entry of the city's own to the workshop's library", action: workshop.EditLibrary, ifMatch: matchOptional, body: workshop.EntryInput{}, status: 201, result: workshopBody{}, problems: full, audit: workshop.AuditLibrary, handle: (*api).addEntry},
		{method: http.MethodPut, path: own + "/{entryId}", id: "changeEntry", summary: "Replace what an entry, or a proposal, says", action: workshop.EditLibrary, ifMatch: matchOptional, body: workshop.EntryInput{}, status: 200, result: workshopBody{}, problems: known, audit: workshop.AuditLibrary, handle: (*api).changeEntry},
		{method: http.MethodPost, path: own + "/{entryId}/decision", id: "decideEntry", summary: "Take a proposal into the library, or refuse it and say why", action: workshop.EditLibrary, body: decisionBody{}, status: 200, result: workshopBody{}, problems: known, audit: workshop.AuditLibrary, handle: (*api).decideEntry},
		{method: http.MethodDelete, path: own + "/{entryId}", id: "removeEntry", summary: "Take an entry off the list; cards made from it stay", action: workshop.EditLibrary, ifMatch: matchOptional, status: 200, result: workshopBody{}, problems: known, audit: workshop.AuditLibrary, handle: (*api).removeEntry},
		{method: http.MethodPost, path: inWorkshop + "/groups/{groupId}/library", id: "proposeEntry", summary: "Propose an entry for the library in the name of a group", action: workshop.ProposeEntry, body: workshop.EntryInput{}, status: 201, result: proposedBody{}, problems: append([]workshop.Code{workshop.CodeUnknownGroup, workshop.CodeWorkshopClosed}, full...), audit: workshop.AuditLibrary, handle: (*api).proposeEntry},
		{method: http.MethodGet, path: inWorkshop + "/library-file", id: "libraryFile", summary: "The workshop's own entries as a city's library file, as PATHBOARD_LIBRARY reads it", action: workshop.EditLibrary, status: 200, audit: workshop.AuditExport, handle: (*api).libraryFile},
		{method: http.MethodPost, path: inWorkshop + "/library-file", id: "readLibraryFile", summary: "Put all entries of a city's library file into the workshop's library, or none; those of the same id are replaced", action: workshop.EditLibrary, status: 200, result: workshopBody{}, problems: append([]workshop.Code{workshop.CodeInvalidInput, codeTooLarge}, full...), audit: workshop.AuditImport, handle: (*api).readLibraryFile},
	}
}

type shelfBody struct {
	Entries any `json:"entries"`
	// Proposals are a workshop's own entries, in whatever state.
	Proposals []workshop.OwnEntry `json:"proposals"`
}

type decisionBody struct {
	Accept bool `json:"accept"`
	// Answer is for the group that proposed.
	Answer string `json:"answer,omitempty"`
}

type proposedBody struct {
	Proposals []workshop.OwnEntry `json:"proposals"`
}

func (c *call) entry() workshop.EntryID { return workshop.EntryID(c.Param("entryId")) }

func (c *call) libraryQuery() LibraryQuery {
	q := LibraryQuery{Area: c.QueryParam("area"), Stage: c.QueryParam("stage"), Kind: c.QueryParam("kind"), Lang: c.QueryParam("lang"), Text: c.QueryParam("q")}
	if q.Lang == "" {
		q.Lang = string(c.lang)
	}
	return q
}

func (a *api) library(c *call) error {
	return c.answer(http.StatusOK, map[string]any{"entries": a.Library.Search(c.libraryQuery())})
}

func (a *api) workshopLibrary(c *call) error {
	q := c.libraryQuery()
	q.Own = c.workshop.Library.Accepted()
	return c.answer(http.StatusOK, shelfBody{Entries: a.Library.Search(q), Proposals: proposalsFor(c.workshop, c.session)})
}

// proposalsFor are what the session may see of entries and proposals.
func proposalsFor(w *workshop.Workshop, s workshop.Session) []workshop.OwnEntry {
	out := []workshop.OwnEntry{}
	switch s.Role {
	case workshop.Facilitator:
		out = append(out, w.Library.Entries...)
	case workshop.Member:
		if m, err := w.Participant(s.Participant); err == nil {
			out = append(out, w.Library.Of(m.Group)...)
		}
	}
	return out
}

func (a *api) proposeEntry(c *call) error {
	var in workshop.EntryInput
	if err := c.decode(&in); err != nil {
		return err
	}
	in.Checked = ""
	w, err := a.Service.ProposeEntry(c.ctx, c.workshop.ID, c.group(), in)
	if err != nil {
		return err
	}
	return c.answer(http.StatusCreated, proposedBody{Proposals: proposalsFor(w, c.session)})
}

func (a *api) addEntry(c *call) error {
	var in workshop.EntryInput
	if err := c.decode(&in); err != nil {
		return err
	}
	w, err := a.Service.AddEntry(c.ctx, c.workshop.ID, c.expect, in)
	return a.answerState(c, http.StatusCreated, w, err)
}

func (a *api) changeEntry(c *call) error {
	var in workshop.EntryInput
	if err := c.decode(&in); err != nil {
		return err
	}
	w, err := a.Service.ChangeEntry(c.ctx, c.workshop.ID, c.expect, c.entry(), in)
	return a.answerState(c, http.StatusOK, w, err)
}

func (a *api) decideEntry(c *call) error {
	var body decisionBody
	if err := c.decode(&body); err != nil {
		return err
	}
	w, err := a.Service.DecideEntry(c.ctx, c.workshop.ID, c.entry(), body.Accept, body.Answer)
	return a.answerState(c, http.StatusOK, w, err)
}

func (a *api) removeEntry(c *call) error {
	w, err := a.Service.RemoveEntry(c.ctx, c.workshop.ID, c.expect, c.entry())
	return a.answerState(c, http.StatusOK, w, err)
}

func (a *api) libraryFile(c *call) error {
	c.note("", "library")
	return c.file(a.Library.Write(c.workshop.City, c.workshop.Library.Accepted()), true)
}

func (a *api) readLibraryFile(c *call) error {
	body, err := io.ReadAll(c.Request().Body)
	if err != nil {
		return err
	}
	entries, err := a.Library.Read(body)
	if err != nil {
		return err
	}
	w, err := a.Service.ReadEntries(c.ctx, c.workshop.ID, entries)
	return a.answerState(c, http.StatusOK, w, err)
}
