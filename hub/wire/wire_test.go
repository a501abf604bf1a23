package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"testing"
	"time"
)

func TestFramesRoundTrip(t *testing.T) {
	const key = "board.1\x00session"
	for name, tc := range map[string]struct {
		frame []byte
		want  Frame
	}{
		"step 1":        {Sync(key, SyncStep1, []byte{0}), Frame{Type: TypeSync, Sync: SyncStep1, Payload: []byte{0}}},
		"update":        {Sync(key, SyncUpdate, []byte{1, 2}), Frame{Type: TypeSync, Sync: SyncUpdate, Payload: []byte{1, 2}}},
		"awareness":     {Awareness(key, []byte{0}), Frame{Type: TypeAwareness, Payload: []byte{0}}},
		"query":         {QueryAwareness(key), Frame{Type: TypeQueryAwareness}},
		"token":         {Token(key, "żółw", "4.8.0"), Frame{Type: TypeAuth, Auth: AuthToken, Text: "żółw"}},
		"authenticated": {Authenticated(key, ScopeReadOnly), Frame{Type: TypeAuth, Auth: AuthAuthenticated, Text: "readonly"}},
		"denied":        {Denied(key, "no"), Frame{Type: TypeAuth, Auth: AuthDenied, Text: "no"}},
		"stateless":     {Stateless(key, "{}"), Frame{Type: TypeStateless, Text: "{}"}},
		"close":         {Close(key, "bye"), Frame{Type: TypeClose, Text: "bye"}},
		"saved":         {SyncStatus(key, true), Frame{Type: TypeSyncStatus, Saved: true}},
		"refused":       {SyncStatus(key, false), Frame{Type: TypeSyncStatus}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Parse(tc.frame)
			if err != nil {
				t.Fatal(err)
			}
			if got.Key != key || got.Doc != "board.1" {
				t.Errorf("key %q doc %q", got.Key, got.Doc)
			}
			if got.Type != tc.want.Type || got.Sync != tc.want.Sync || got.Auth != tc.want.Auth ||
				got.Text != tc.want.Text || got.Saved != tc.want.Saved || !bytes.Equal(got.Payload, tc.want.Payload) {
				t.Errorf("got %+v, want %+v", got, tc.want)
			}
		})
	}
}

func TestConnectionLevelPing(t *testing.T) {
	for _, b := range [][]byte{Ping, Pong} {
		f, err := Parse(b)
		if err != nil || f.Type != Type(b[0]) || f.Key != "" {
			t.Errorf("%v: %+v, %v", b, f, err)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for name, b := range map[string][]byte{
		"nothing":         {},
		"no type":         {1, 'a'},
		"empty key":       {0, 0, 0, 0},
		"session only":    {2, 0, 'x', 3},
		"unknown type":    {1, 'a', 11},
		"unknown sync":    {1, 'a', 0, 3, 0},
		"long payload":    {1, 'a', 0, 0, 200},
		"trailing":        append(SyncStatus("a", true), 7),
		"huge varint":     {1, 'a', 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1},
		"bad utf8":        {2, 0xff, 0xfe, 3},
		"key beyond size": append(appendString(nil, string(make([]byte, MaxKeyBytes+1))), 3),
	} {
		if f, err := Parse(b); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %+v, %v", name, f, err)
		}
	}
}

func TestAwarenessRoundTripAndRefusal(t *testing.T) {
	in := []AwarenessState{{Client: 7, Clock: 2, JSON: []byte(`{"user":{"name":"Ż"}}`)}, {Client: 1 << 52, JSON: []byte("null")}}
	out, err := ParseAwareness(EncodeAwareness(in))
	if err != nil || len(out) != 2 || out[0].Client != 7 || string(out[0].JSON) != string(in[0].JSON) || !out[1].Gone() {
		t.Fatalf("%+v, %v", out, err)
	}
	for _, b := range [][]byte{{}, {1}, {200, 1}, EncodeAwareness([]AwarenessState{{JSON: []byte("{")}}), append(EncodeAwareness(in), 0)} {
		if _, err := ParseAwareness(b); !errors.Is(err, ErrMalformed) {
			t.Errorf("%v accepted", b)
		}
	}
}

func TestPlainForm(t *testing.T) {
	frame := Sync("board.1", SyncStep2, []byte{0, 0})
	f, err := ParsePlain("board.1", Plain(frame))
	if err != nil || f.Type != TypeSync || f.Sync != SyncStep2 || !bytes.Equal(f.Payload, []byte{0, 0}) {
		t.Fatalf("%+v, %v", f, err)
	}
	if Plain(SyncStatus("a", true)) != nil {
		t.Error("y-websocket knows no sync status")
	}
	if got := Plain(Denied("a", "no")); !bytes.Equal(got, []byte{2, 0, 2, 'n', 'o'}) {
		t.Errorf("denied: %v", got)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(Sync("a", SyncStep1, []byte{0}))
	f.Add(Token("a\x00b", "t", "4"))
	f.Add(Ping)
	f.Add(Awareness("a", EncodeAwareness([]AwarenessState{{Client: 1, JSON: []byte("{}")}})))
	f.Fuzz(func(t *testing.T, b []byte) {
		frame, err := Parse(b)
		if err == nil && frame.Type == TypeAwareness {
			_, _ = ParseAwareness(frame.Payload)
		}
		_, _ = ParsePlain("a", b)
		_ = Plain(b)
	})
}

// FuzzAwareness: what is read is written as it was meant, and a table takes it.
func FuzzAwareness(f *testing.F) {
	f.Add(EncodeAwareness([]AwarenessState{{Client: 1, JSON: []byte("{}")}}))
	f.Add(EncodeAwareness([]AwarenessState{{Client: 1 << 52, Clock: 7, JSON: []byte(`{"user":{"name":"Ż"},"cursor":[1,null]}`)}, {Client: 2, Clock: 1, JSON: []byte("null")}}))
	f.Add(EncodeAwareness(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		states, err := ParseAwareness(b)
		if err != nil {
			return
		}
		again, err := ParseAwareness(EncodeAwareness(states))
		if err != nil || !reflect.DeepEqual(again, states) {
			t.Fatalf("%v is read again as %v: %v", states, again, err)
		}
		table, now := NewAwarenessTable(1), time.Unix(1000, 0)
		table.SetLocal(json.RawMessage("{}"), now)
		if _, err := table.Apply(b, now); err != nil {
			t.Fatal(err)
		}
		if table.State(1) == nil {
			t.Fatal("somebody else said goodbye for us")
		}
		table.Tick(now.Add(AwarenessTimeout))
		if _, err := ParseAwareness(table.Encode(table.Known())); err != nil {
			t.Fatal(err)
		}
	})
}
