package library

import "testing"

func TestShippedContentIsComplete(t *testing.T) {
	l, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	if n := len(l.Search(Query{Kind: "principle"})); n != 20 {
		t.Errorf("%d principles", n)
	}
}

func TestSearchForgives(t *testing.T) {
	l, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string]string{
		"wlasciciel": "principle.owner", "Właściciele": "principle.owner", "anonimizacji": "principle.anonymise",
		"licencji": "principle.licence", "backups": "principle.backup", "kopiami zapasowymi": "principle.backup",
	} {
		found := false
		for _, e := range l.Search(Query{Text: query}) {
			found = found || e.ID == want
		}
		if !found {
			t.Errorf("%q does not find %s", query, want)
		}
	}
	if n := len(l.Search(Query{Text: "xyzzy"})); n != 0 {
		t.Errorf("nonsense finds %d", n)
	}
	if n := len(l.Search(Query{Kind: "tool"})); n != 0 {
		t.Errorf("%d tools", n)
	}
}
