package export

import (
	"cmp"
	"strings"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"github.com/pathboard/pathboard/server/workshop"
)

// texts of the files, by key.
var texts = map[string]workshop.Text{
	"report": {PL: "Raport z warsztatu", EN: "Workshop report"}, "made": {PL: "Sporządzono", EN: "Made on"},
	"problem": {PL: "Problem miasta", EN: "The city's problem"}, "area": {PL: "Obszar", EN: "Area"},
	"summary": {PL: "Podsumowanie", EN: "Summary"}, "done": {PL: "etap gotowy", EN: "stage done"},
	"links": {PL: "Powiązania", EN: "Links"}, "nothing": {PL: "Brak kartek.", EN: "No cards."},
	"stages.empty": {PL: "Etapy bez kartek", EN: "Stages without cards"}, "nocards": {PL: "Na tablicy grupy nie ma kartek.", EN: "There are no cards on the group's board."},
	"notext": {PL: "(bez treści)", EN: "(no text)"},
	"owner":  {PL: "odpowiada", EN: "owner"}, "due": {PL: "termin", EN: "due"}, "state": {PL: "stan", EN: "state"},
	"source": {PL: "źródło", EN: "source"}, "tags": {PL: "etykiety", EN: "tags"},
	"people": {PL: "Uczestnicy", EN: "Participants"}, "department.none": {PL: "Bez wydziału", EN: "No department"},
	"groups": {PL: "Ścieżki grup", EN: "Pathways of the groups"}, "stage.other": {PL: "Inne kartki", EN: "Other cards"},
	"matrix":  {PL: "Metody, trudności i rozwiązania według obszarów", EN: "Methods, difficulties and solutions by area"},
	"sources": {PL: "Wykorzystane dane, narzędzia i przykłady", EN: "Data, tools and examples used"}, "plan": {PL: "Plan działań", EN: "Action plan"},
	"votes": {PL: "Wyniki głosowań", EN: "Results of votes"}, "feedback": {PL: "Opinie o warsztacie", EN: "What people said of the day"},
	"answers": {PL: "Liczba odpowiedzi", EN: "Answers"}, "vote.untitled": {PL: "Głosowanie", EN: "Vote"},
	"vote.none":       {PL: "Nikt nie postawił kropki.", EN: "Nobody placed a dot."},
	"feedback.useful": {PL: "Warsztat był przydatny", EN: "The workshop was useful"}, "feedback.clear": {PL: "Wszystko było jasne", EN: "Everything was clear"},
	"feedback.together": {PL: "Dobrze pracowało się razem", EN: "Working together went well"}, "feedback.apply": {PL: "Wykorzystam to w pracy", EN: "I will use it at work"},
	"noplan": {PL: "Żadna grupa nie zapisała działań.", EN: "No group wrote down an action."}, "page": {PL: "Strona", EN: "Page"},
	"noproblem": {PL: "Grupa nie zapisała problemu.", EN: "The group did not write down a problem."}, "cards": {PL: "Kartki", EN: "Cards"},

	"col.group": {PL: "Grupa", EN: "Group"}, "col.area": {PL: "Obszar", EN: "Area"}, "col.problem": {PL: "Problem", EN: "Problem"},
	"col.stage": {PL: "Etap", EN: "Stage"}, "col.kind": {PL: "Rodzaj", EN: "Kind"}, "col.text": {PL: "Treść", EN: "Text"},
	"col.author": {PL: "Autor", EN: "Author"}, "col.owner": {PL: "Odpowiada", EN: "Owner"}, "col.due": {PL: "Termin", EN: "Due"},
	"col.state": {PL: "Stan", EN: "State"}, "col.tags": {PL: "Etykiety", EN: "Tags"}, "col.created": {PL: "Utworzono", EN: "Created"},
	"col.summary": {PL: "Podsumowanie", EN: "Summary"}, "col.done": {PL: "Gotowy", EN: "Done"}, "col.action": {PL: "Działanie", EN: "Action"},
	"col.methods": {PL: "Metody", EN: "Methods"}, "col.difficulties": {PL: "Trudności", EN: "Difficulties"}, "col.solutions": {PL: "Rozwiązania", EN: "Solutions"},
	"col.name": {PL: "Nazwa", EN: "Name"}, "col.licence": {PL: "Licencja", EN: "Licence"}, "col.address": {PL: "Adres", EN: "Address"},
	"col.groups": {PL: "Grupy", EN: "Groups"}, "col.department": {PL: "Wydział", EN: "Department"}, "col.person": {PL: "Osoba", EN: "Person"},
	"col.from": {PL: "Z kartki", EN: "From card"}, "col.to": {PL: "Do kartki", EN: "To card"}, "col.label": {PL: "Opis", EN: "Label"},
	"col.vote": {PL: "Głosowanie", EN: "Vote"}, "col.dots": {PL: "Kropki", EN: "Dots"}, "col.voters": {PL: "Głosujących", EN: "Voters"},
	"col.question": {PL: "Stwierdzenie", EN: "Statement"}, "col.1": {PL: "1 (nie)", EN: "1 (no)"}, "col.2": {PL: "2", EN: "2"},
	"col.3": {PL: "3", EN: "3"}, "col.4": {PL: "4", EN: "4"}, "col.5": {PL: "5 (tak)", EN: "5 (yes)"},
	"yes": {PL: "tak", EN: "yes"}, "no": {PL: "nie", EN: "no"},

	"sheet.groups": {PL: "Grupy", EN: "Groups"}, "sheet.cards": {PL: "Kartki", EN: "Cards"}, "sheet.stages": {PL: "Etapy", EN: "Stages"},
	"sheet.links": {PL: "Powiązania", EN: "Links"}, "sheet.matrix": {PL: "Macierz", EN: "Matrix"}, "sheet.sources": {PL: "Dane i narzędzia", EN: "Data and tools"},
	"sheet.plan": {PL: "Plan działań", EN: "Action plan"}, "sheet.votes": {PL: "Głosowania", EN: "Votes"}, "sheet.feedback": {PL: "Opinie", EN: "Feedback"},
	"sheet.people": {PL: "Uczestnicy", EN: "Participants"}, "sheet.comments": {PL: "Komentarze", EN: "Comments"},

	"picture": {PL: "obraz", EN: "picture"}, "picture.noalt": {PL: "obraz bez opisu", EN: "a picture nobody described"},
	"aside":      {PL: "Odłożone kartki", EN: "Cards put aside"},
	"col.source": {PL: "Źródło", EN: "Source"}, "col.picture": {PL: "Obraz", EN: "Picture"}, "col.aside": {PL: "Odłożona", EN: "Put aside"},
	"col.card": {PL: "Kartka", EN: "Card"}, "col.resolved": {PL: "Załatwiony", EN: "Resolved"},

	"nogroups":  {PL: "W warsztacie nie ma jeszcze grup.", EN: "There are no groups in the workshop yet."},
	"nosources": {PL: "Żadna grupa nie wskazała danych ani narzędzi.", EN: "No group named data or tools."},
	"actions":   {PL: "Działania", EN: "Actions"}, "overview": {PL: "Grupy i ich problemy", EN: "The groups and their problems"},

	"link.feeds": {PL: "zasila", EN: "feeds"}, "link.solves": {PL: "rozwiązanie", EN: "solution"}, "link.answers": {PL: "odpowiedź", EN: "answer"},
	"link.supports": {PL: "wspiera", EN: "supports"}, "link.leads": {PL: "prowadzi do", EN: "leads to"},

	"state.todo": {PL: "do zrobienia", EN: "to do"}, "state.doing": {PL: "w toku", EN: "in progress"}, "state.blocked": {PL: "wstrzymane", EN: "blocked"}, "state.done": {PL: "zrobione", EN: "done"},

	"kind.problem": {PL: "Problem", EN: "Problem"}, "kind.question": {PL: "Pytanie", EN: "Question"},
	"kind.data": {PL: "Dane", EN: "Data"}, "kind.method": {PL: "Metoda", EN: "Method"}, "kind.tool": {PL: "Narzędzie", EN: "Tool"},
	"kind.difficulty": {PL: "Trudność", EN: "Difficulty"}, "kind.solution": {PL: "Rozwiązanie", EN: "Solution"},
	"kind.result": {PL: "Wynik", EN: "Result"}, "kind.recommendation": {PL: "Rekomendacja", EN: "Recommendation"},
	"kind.action": {PL: "Działanie", EN: "Action"}, "kind.example": {PL: "Przykład", EN: "Example"}, "kind.note": {PL: "Notatka", EN: "Note"},
	"kind.principle": {PL: "Zasada", EN: "Principle"},
}

func say(l workshop.Language, key string) string { return texts[key].In(l) }

// alphabet compares as dictionaries of the language do: in Polish ł comes behind l.
func alphabet(l workshop.Language) func(a, b string) int {
	return collate.New(language.MustParse(locale(l)), collate.IgnoreCase).CompareString
}

// title is what a card is called: its text, else what its picture shows.
func (c CardPart) title(l workshop.Language) string {
	alt := ""
	if c.Picture != nil {
		alt = strings.TrimSpace(c.Picture.Alt)
	}
	return cmp.Or(strings.TrimSpace(c.Text), alt, say(l, "notext"))
}

// stateName says a state in words; one this program does not know stays as it
// was written.
func stateName(l workshop.Language, state string) string {
	if t, ok := texts["state."+state]; ok {
		return t.In(l)
	}
	return state
}

// linkName says a kind of link in words; "" for one that only relates, or that
// this program does not know.
func linkName(l workshop.Language, kind string) string { return texts["link."+kind].In(l) }

func areaName(l workshop.Language, w *workshop.Workshop, id workshop.AreaID) string {
	for _, a := range w.Areas {
		if a.ID == id {
			return a.Name.In(l)
		}
	}
	return ""
}
