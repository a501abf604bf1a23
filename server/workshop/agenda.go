package workshop

import (
	"slices"
	"strconv"
)

// Bounds of an agenda.
const (
	MaxPhases       = 40
	MaxPhaseMinutes = 480 // a working day
	MaxPhaseName    = 80
)

// PhaseID names a phase within its workshop.
type PhaseID string

// PhaseKind says what people do in a phase, so that screens can help with it.
type PhaseKind string

// The kinds of phases.
const (
	PhaseLobby         PhaseKind = "lobby"
	PhaseTheory        PhaseKind = "theory"
	PhaseForming       PhaseKind = "forming"
	PhaseStage         PhaseKind = "stage"
	PhaseGallery       PhaseKind = "gallery"
	PhasePresentations PhaseKind = "presentations"
	PhaseWrapUp        PhaseKind = "wrap-up"
	PhaseBreak         PhaseKind = "break"
)

var phaseKinds = []PhaseKind{PhaseLobby, PhaseTheory, PhaseForming, PhaseStage, PhaseGallery, PhasePresentations, PhaseWrapUp, PhaseBreak}

// Phase is one line of the agenda. Its JSON form is stored and sent.
type Phase struct {
	ID   PhaseID   `json:"id"`
	Kind PhaseKind `json:"kind"`
	Name Text      `json:"name"`
	// Stage is what the boards are focused on, "" for none.
	Stage StageID `json:"stageId,omitempty"`
	// Minutes are planned, at least one.
	Minutes int `json:"minutes"`
	// Frozen: all boards stop when the phase begins, and open when one begins
	// that is not.
	Frozen bool `json:"frozen,omitempty"`
}

// SetAgenda replaces the agenda. Phases keep the time they had when their id
// stays; the phase that is on now cannot be taken away. New phases come
// without an id.
func (w *Workshop) SetAgenda(phases []Phase, newID NewID) error {
	if w.Status != Open {
		return Fail(CodeWorkshopClosed)
	}
	var p problems
	if len(phases) > MaxPhases {
		p.add("phases", FieldTooMany, Params{"max": MaxPhases})
		return p.err()
	}
	next := make([]Phase, len(phases))
	seen := map[PhaseID]bool{}
	for i, phase := range phases {
		field := "phases[" + strconv.Itoa(i) + "]"
		if phase.ID == "" {
			phase.ID = PhaseID(newID())
		} else if w.phaseIndex(phase.ID) < 0 || seen[phase.ID] {
			p.add(field+".id", FieldChoice, nil)
		}
		seen[phase.ID] = true
		next[i] = w.checkPhase(&p, field, phase)
	}
	if w.Day.Phase != "" && !seen[w.Day.Phase] {
		p.add("phases", FieldInUse, nil)
	}
	if err := p.err(); err != nil {
		return err
	}
	w.Agenda = next
	w.Day.Times = slices.DeleteFunc(slices.Clone(w.Day.Times), func(t PhaseTime) bool { return !seen[t.Phase] })
	return nil
}

func (w *Workshop) checkPhase(p *problems, field string, phase Phase) Phase {
	phase.Name = cleanBoth(p, field+".name", phase.Name, MaxPhaseName)
	if !slices.Contains(phaseKinds, phase.Kind) {
		p.add(field+".kind", FieldChoice, nil)
	}
	if phase.Minutes < 1 || phase.Minutes > MaxPhaseMinutes {
		p.add(field+".minutes", FieldRange, Params{"min": 1, "max": MaxPhaseMinutes})
	}
	if (phase.Kind == PhaseStage || phase.Stage != "") && w.stageIndex(phase.Stage) < 0 {
		p.add(field+".stageId", FieldChoice, nil)
	}
	return phase
}

// cleanBoth cleans a text in both languages; one alone stands for both.
func cleanBoth(p *problems, field string, t Text, limit int) Text {
	if t.PL == "" {
		t.PL = t.EN
	}
	if t.EN == "" {
		t.EN = t.PL
	}
	out := Text{PL: cleanText(p, field, t.PL, limit, false), EN: t.EN}
	if t.EN == t.PL {
		out.EN = out.PL
	} else {
		out.EN = cleanText(p, field, t.EN, limit, false)
	}
	return out
}

func (w *Workshop) phaseIndex(id PhaseID) int {
	return slices.IndexFunc(w.Agenda, func(p Phase) bool { return p.ID == id })
}

func (w *Workshop) stageIndex(id StageID) int {
	return slices.IndexFunc(w.Stages, func(s Stage) bool { return s.ID == id })
}
