//go:build act

package conformance

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// actRun is what a run of act came to.
type actRun struct {
	*testing.T
	ok      bool
	log     []byte
	entries []actEntry
}

// actEntry is a line of act's log: what a step printed, or a command of the runner.
type actEntry struct {
	Message   string `json:"msg"`
	Command   string // error, warning, set-output, summary, …
	Name, Arg string // of an output; Arg is the message of an annotation as well
	Content   string // of the summary
	JobID     string
	StepID    []string // of the workflow's step, then of the action's
	Stage     string
	Raw       string // a command as it was printed
}

func newActRun(t *testing.T, ok bool, log []byte) *actRun {
	r := &actRun{T: t, ok: ok, log: log}
	for line := range bytes.Lines(log) {
		var e actEntry
		if err := json.Unmarshal(line, &e); err == nil { // act has lines of other kinds, too
			r.entries = append(r.entries, e)
		}
	}
	return r
}

// ends fails the test unless the run ended so.
func (r *actRun) ends(ok bool) *actRun {
	r.Helper()
	if r.ok != ok {
		r.Fatalf("the workflow's success is %v, want %v:\n%s", r.ok, ok, r.text())
	}
	return r
}

// text is what a reader of the job's log sees.
func (r *actRun) text() string {
	var b strings.Builder
	for _, e := range r.entries {
		b.WriteString(strings.TrimRight(e.Message, "\r\n") + "\n")
	}
	return b.String()
}

// output returns an output of the workflow's step, as later steps see it.
func (r *actRun) output(name string) string { return r.outputOf("", name) }

// outputOf returns it of one of several jobs.
func (r *actRun) outputOf(job, name string) (value string) {
	for _, e := range r.entries {
		if (job == "" || e.JobID == job) && e.Command == "set-output" && e.Stage == "Main" && len(e.StepID) == 1 && e.Name == name {
			value = e.Arg
		}
	}
	return value
}

// summary is that of the workflow's step; act tells it once more for the step within.
func (r *actRun) summary() (content string) {
	for _, e := range r.entries {
		if e.Command == "summary" && len(e.StepID) == 1 {
			content += e.Content
		}
	}
	return content
}

// annotation is what GitHub shows beside a line of a file.
type annotation struct {
	properties map[string]string
	message    string
}

// annotations returns those of a severity. It takes them apart as GitHub's runner does, at the first ::, which act does not.
func (r *actRun) annotations(severity string) (all []annotation) {
	unescape := strings.NewReplacer("%0D", "\r", "%0A", "\n", "%3A", ":", "%2C", ",", "%25", "%")
	for _, e := range r.entries {
		head, message, ok := strings.Cut(strings.TrimPrefix(e.Raw, "::"), "::")
		command, properties, _ := strings.Cut(head, " ")
		if !ok || command != severity || e.Command == "ignored" {
			continue
		}
		a := annotation{map[string]string{}, unescape.Replace(strings.TrimRight(message, "\r\n"))}
		for p := range strings.SplitSeq(properties, ",") {
			name, value, _ := strings.Cut(p, "=")
			a.properties[name] = unescape.Replace(value)
		}
		all = append(all, a)
	}
	return all
}

// ran tells whether a step of the action ran.
func (r *actRun) ran(name string) bool {
	return slices.ContainsFunc(r.entries, func(e actEntry) bool { return strings.HasSuffix(e.Message, "Run Main "+name) })
}

// outputs compares outputs with what they have to be.
func (r *actRun) outputs(want map[string]string) {
	r.Helper()
	for name, value := range want {
		if got := r.output(name); got != value {
			r.Errorf("output %s is %q, want %q", name, got, value)
		}
	}
}
