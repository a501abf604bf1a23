//go:build planted

package hub

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// planted are bugs that the simulator must find, by breaking the rule: each replaces one piece of
// one source file in a build of its own, the sources stay untouched.
//
//	go test -tags planted -run TestPlantedBugs ./hub
var planted = []struct{ name, rule, file, from, to string }{
	{
		"AcknowledgesBeforeTheAppend", "R1", "write.go",
		"c.emitDurable(effect{kind: effectSend, to: m.id, msg: message{typ: wire.TypeSyncStatus, saved: true}})",
		"c.emit(effect{kind: effectSend, to: m.id, msg: message{typ: wire.TypeSyncStatus, saved: true}})",
	},
	{
		"IgnoresAFailedAppend", "R3", "core.go",
		`if res.Err != nil {` + "\n\t\t" +
			`c.emit(effect{kind: effectReset, err: fmt.Errorf("append: %w", res.Err)})` + "\n\t\treturn\n\t}\n\t" +
			`if !c.delivery.acknowledged(seq, res.Position, c.last) {`,
		"_ = fmt.Errorf\n\tif res.Err == nil && !c.delivery.acknowledged(seq, res.Position, c.last) {",
	},
	{
		"AnswerPaysForLaterUpdates", "R1", "write.go",
		"for range ch.owed {", "for range ch.owed + m.owed {",
	},
	{
		"NeverAsksForWhatIsMissing", "R2", "write.go",
		"if !m.resyncing {\n\t\tc.askForMissing(m)\n\t}", "",
	},
	{
		"PaysOnceForAnAnswer", "R2", "write.go",
		"for range ch.owed {", "for range min(ch.owed, 1) {",
	},
	{
		"ForgetsWhatWasRefused", "R2", "core.go",
		"if m.owed > 0 && !m.resyncing && scope(g) == wire.ScopeReadWrite {", "if false {",
	},
	{
		"ReleasesOneLate", "R2", "core.go",
		"c.gated[n].gate <= seq", "c.gated[n].gate < seq",
	},
	{
		"ShowsBeforeTheAppend", "R3", "write.go",
		"c.emitDurable(effect{kind: effectCast, to: m.id,", "c.emit(effect{kind: effectCast, to: m.id,",
	},
	{
		"ShowsNewcomersBeforeTheAppend", "R3", "core.go",
		"c.emitDurable(effect{kind: effectSend, to: m.id, msg: message{\n\t\ttyp: wire.TypeSync, sync: wire.SyncStep2,",
		"c.emit(effect{kind: effectSend, to: m.id, msg: message{\n\t\ttyp: wire.TypeSync, sync: wire.SyncStep2,",
	},
	{
		"TakesOthersEntriesForItsOwn", "R4", "load.go",
		"if rec.room == c.room {", "if rec.room[2] == c.room[2] {",
	},
	{
		"SumsUpFromTheWrongState", "R7", "core.go",
		"c.doc.EncodeStateAsUpdate(m.base)", "c.doc.EncodeStateAsUpdate(c.doc.StateVector())",
	},
	{
		"ServesAnOldEncoding", "R7", "core.go",
		"if c.full.bytes == nil || c.full.version != c.doc.Version() {", "if c.full.bytes == nil {",
	},
	{
		"SnapshotForgetsTheLastEntry", "R5", "compact.go",
		"c.load(store.Loaded{Tail: l.Tail})", "c.load(store.Loaded{Tail: l.Tail[:len(l.Tail)-1]})",
	},
	{
		"SnapshotForgetsOwners", "R10", "compact.go",
		"snapshotRecord{owners: c.owners,", "snapshotRecord{",
	},
	{
		"DoesNotBringBackWhatWasLost", "R5", "reconcile.go",
		"	c.last, c.tail = stored.last, stored.tail\n	if lacking != nil {", "	c.last, c.tail = stored.last, stored.tail\n	if false {",
	},
	{
		"ForgetsARoomThatWasGivenUp", "R3", "reconcile.go",
		"	if lacking != nil {\n		c.bringBack(lacking)\n	}\n	return lacking", "	return lacking",
	},
	{
		"ComparesNobody", "R4", "entropy.go",
		"	if next == nil {\n", "	if true {\n",
	},
	{
		"AsksAheadOfWhatIsOnItsWay", "R14", "entropy.go",
		"c.emitDurable(effect{kind: effectSend, to: next.id,", "c.emit(effect{kind: effectSend, to: next.id,",
	},
	{
		"AsksThoseWhoLag", "R14", "core.go",
		"m.lagging, m.asked = true, nil", "m.lagging = true",
	},
	{
		"SendsNothingAgain", "R4", "entropy.go",
		"	c.emitDurable(effect{kind: effectSend, to: m.id, msg: updateMessage(", "	(&core{}).emitDurable(effect{kind: effectSend, to: m.id, msg: updateMessage(",
	},
	{
		"TakesAnIdWithoutReadingTheLog", "R10", "write.go",
		`|| code == "" && c.claims(p)`, "",
	},
	{
		"LetsReadersWrite", "R9", "write.go",
		"if m.grant.ReadOnly || m.grant.Ephemeral || c.ephemeral {", "if c.ephemeral {",
	},
	{
		"ShowsGhosts", "R11", "presence.go",
		"case now.Sub(e.seen) > presenceTTL:", "case false:",
	},
	{
		"LetsTheSilentFade", "R11", "presence.go",
		"case e.member != 0 && now.Sub(e.told) > renewAfter", "case false && now.Sub(e.told) > renewAfter",
	},
}

// plantedBeside are bugs in what the simulator does not reach, sockets and their
// keeper, that a test of their own must find.
var plantedBeside = []struct{ name, test, file, from, to string }{
	{
		"TimesAWrite", "TestAHubThatWasStoppedCutsNobody", "write_loop.go",
		"n, err := c.net.Write(", "_ = c.net.SetWriteDeadline(c.lastHeard().Add(20e9))\n\t\tn, err := c.net.Write(",
	},
	{
		"TimesSilence", "TestAHubThatWasStoppedCutsNobody", "watch.go",
		"!c.watch.look(m) && !late", "now.Sub(c.lastHeard()) < 45*time.Second && !late",
	},
	{
		"TakesItsOwnLatenessForSilence", "TestWhatTheHubHasNotReadIsNotSilence", "watch.go",
		"m.taking || m.heard != w.heard", "m.heard != w.heard",
	},
	{
		"CutsASlowLineThatMoves", "TestASlowLineThatMovesIsNotCut", "watch.go",
		"|| m.written != w.written || m.unsent != w.unsent", "",
	},
	{
		"TimesAWriteOfALine", "TestAHubThatIsLateCutsNoLine", "poll/line.go",
		"if err := l.ws.WriteMessage(", "_ = l.ws.SetWriteDeadline(time.Now().Add(10 * time.Second))\n\t\tif err := l.ws.WriteMessage(",
	},
	{
		"TakesItsOwnLatenessForALineNobodyAsksFor", "TestALineIsLookedAtNotTimed", "poll/keep.go",
		"if l.asking > 0 {", "if false {",
	},
}

func TestPlantedBugs(t *testing.T) {
	for _, bug := range plantedBeside {
		t.Run(bug.name, func(t *testing.T) {
			out, failed := testWith(t, bug.test, bug.file, bug.from, bug.to)
			if !failed || !strings.Contains(out, "--- FAIL: "+bug.test+" ") {
				t.Errorf("%s finds nothing:\n%s", bug.test, out)
			}
		})
	}
	for _, bug := range planted {
		t.Run(bug.name, func(t *testing.T) {
			out, failed := testWith(t, "TestSimulation", bug.file, bug.from, bug.to)
			switch {
			case !failed:
				t.Errorf("the simulator finds nothing:\n%s", out)
			case !strings.Contains(out, ": "+bug.rule+": "):
				t.Errorf("want a violation of %s:\n%s", bug.rule, out)
			}
		})
	}
}

// testWith runs one test on a build in which one piece of a file is replaced.
func testWith(t *testing.T, test, file, from, to string) (out string, failed bool) {
	t.Helper()
	path, err := filepath.Abs(file)
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(source), from); n != 1 {
		t.Fatalf("%s has %d places for this bug, want 1", file, n)
	}
	dir := t.TempDir()
	changed, overlay := filepath.Join(dir, filepath.Base(file)), filepath.Join(dir, "overlay.json")
	list, err := json.Marshal(map[string]any{"Replace": map[string]string{path: changed}})
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{changed: []byte(strings.Replace(string(source), from, to, 1)), overlay: list} {
		if err := os.WriteFile(name, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), "go", "test", "-overlay", overlay, "-run", "^"+test+"$", "./"+filepath.Dir(file))
	cmd.Env = append(os.Environ(), "PATHBOARD_SIM_SEEDS=10000")
	b, err := cmd.CombinedOutput()
	if strings.Contains(string(b), "[build failed]") {
		t.Fatalf("the bug does not compile:\n%s", b)
	}
	return string(b), err != nil
}
