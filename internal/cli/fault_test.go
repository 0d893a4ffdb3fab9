package cli

import (
	"bytes"
	"encoding/json"
	"io"
	"io/fs"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"atlas-gitops/internal/sandbox"
)

// byShape orders requests by what they do: the settings of one organization are as good as those of another.
func byShape(a, b sandbox.Entry) int {
	id := regexp.MustCompile("[0-9a-f]{24}")
	return strings.Compare(a.Method+id.ReplaceAllString(a.Path, "*"), b.Method+id.ReplaceAllString(b.Path, "*"))
}

// TestExampleWithFaults lets every sort of mutating request of the example apply meet every fault of the sandbox, however often it is
// tried. Whatever the run says is so; and once another run has finished the work, the fleet is what it would be without
// the fault: nothing is done twice, and nothing is lost.
func TestExampleWithFaults(t *testing.T) {
	clean := newExample(t, true)
	if status, stdout, stderr := clean.run("apply", "--auto-approve", "examples/orgs"); status != ExitOK {
		t.Fatal(stdout, stderr)
	}
	want, requests := clean.fleet(), clean.mutations()
	if len(requests) != 7 {
		t.Fatalf("the example has %d mutating requests: %v", len(requests), requests)
	}
	requests = slices.CompactFunc(slices.SortedFunc(slices.Values(requests), byShape), func(a, b sandbox.Entry) bool { return byShape(a, b) == 0 })
	if len(requests) != 5 {
		t.Fatalf("there are %d sorts of requests: %v", len(requests), requests)
	}
	for _, kind := range sandbox.FaultKinds() {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			for _, request := range requests {
				synctest.Test(t, func(t *testing.T) {
					strike(t, sandbox.Fault{Kind: kind, Method: request.Method, Path: request.Path, Times: -1}, want)
				})
			}
		})
	}
}

func strike(t *testing.T, fault sandbox.Fault, want string) {
	w := newExample(t, fault.Kind == "expired-token") // no API key has one
	if err := w.server.Inject(fault); err != nil {
		t.Fatal(err)
	}
	first := w.applyExample()
	w.ask("DELETE", "/_sandbox/faults")
	if again := w.applyExample(); !again.done() || again.total() > 7-first.good() { // what is good is not planned again
		t.Errorf("%+v: the first run has the verdicts %v, the second %v", fault, first.Counts, again.Counts)
	}
	if diff := cmp.Diff(want, w.fleet()); diff != "" {
		t.Errorf("%+v: the fleet is not what it would be without (-want +got):\n%s", fault, diff)
	}
	sent := 0
	for _, e := range w.mutations() {
		if e.Method == http.MethodPost {
			sent++
		}
	}
	if sent != 1 {
		t.Errorf("%+v: %d invitations were sent", fault, sent)
	}
}

// newExample is the demonstration fleet and the tree of the example.
func newExample(t testing.TB, serviceAccounts bool) *world {
	t.Helper()
	w := newWorld(t, sandbox.Demo(), serviceAccounts)
	const orgs = "examples/orgs"
	err := fs.WalkDir(os.DirFS("../.."), orgs, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile("../../" + name)
		w.files[name] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// applied is what apply reports.
type applied struct {
	Counts map[string]int
	Orgs   []struct {
		Steps []struct{ Op, Verdict string }
	}
}

func (a applied) total() (n int) {
	for _, count := range a.Counts {
		n += count
	}
	return n
}

func (a applied) good() int  { return a.Counts["applied"] + a.Counts["unchanged"] }
func (a applied) done() bool { return a.good() == a.total() }

// applyExample applies the example and returns what was reported, which adds up and agrees with the exit status.
func (w *world) applyExample() (a applied) {
	w.Helper()
	status, stdout, stderr := w.run("apply", "--auto-approve", "--format", "json", "examples/orgs")
	if err := json.Unmarshal([]byte(stdout), &a); err != nil {
		w.Fatalf("%v: %s%s", err, stdout, stderr)
	}
	verdicts := map[string]int{"applied": 0, "unchanged": 0, "conflict": 0, "failed": 0, "skipped": 0}
	for _, org := range a.Orgs {
		for _, step := range org.Steps {
			verdicts[step.Verdict]++
		}
	}
	if diff := cmp.Diff(verdicts, a.Counts); diff != "" || a.done() != (status == ExitOK) {
		w.Errorf("exit status %d: %s\n%s%s", status, diff, stdout, stderr)
	}
	return a
}

// ask uses a control path of the sandbox.
func (w *world) ask(method, path string) []byte {
	w.Helper()
	request, err := http.NewRequest(method, "https://atlas.example"+path, nil)
	if err != nil {
		w.Fatal(err)
	}
	response, err := w.server.RoundTrip(request)
	if err != nil {
		w.Fatal(err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode/100 != 2 {
		w.Fatalf("%s %s: %d %s %v", method, path, response.StatusCode, data, err)
	}
	return data
}

// fleet returns all that is in Atlas, but for times, who invited, and the ids of what was made.
func (w *world) fleet() string {
	w.Helper()
	var b bytes.Buffer
	if err := json.Indent(&b, w.ask("GET", "/_sandbox/fleet"), "", " "); err != nil {
		w.Fatal(err)
	}
	made := regexp.MustCompile(`"(id|lastId|createdAt|expiresAt|inviterUsername)": "(6[0-9a-f]{23}|2[0-9T:Z-]+|mdb_sa_id_[0-9a-f]+|[a-z]{8})"`)
	return made.ReplaceAllString(b.String(), `"$1": "…"`)
}

// mutations returns the requests that had an effect.
func (w *world) mutations() (all []sandbox.Entry) {
	for _, e := range w.server.Log() {
		if e.Method != http.MethodGet && !strings.HasPrefix(e.Path, "/api/oauth/") && e.Done()/100 == 2 {
			all = append(all, e)
		}
	}
	return all
}
