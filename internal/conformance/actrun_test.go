//go:build act

package conformance

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// actRun is a finished run of act.
type actRun struct {
	*testing.T
	ok      bool
	log     []byte
	entries []actEntry
}

// actEntry is a line of act's log: output of a step, or a command of the runner.
type actEntry struct {
	Message   string `json:"msg"`
	Command   string // error, warning, set-output, summary, …
	Name, Arg string // Name of an output; Arg is its value, or the message of an annotation
	Content   string // text of the summary
	JobID     string
	StepID    []string // step of the workflow, then step of the action
	Stage     string
	Matrix    map[string]any // the values of a job of a matrix
	Raw       string         // a command as the step printed it
}

func newActRun(t *testing.T, ok bool, log []byte) *actRun {
	r := &actRun{T: t, ok: ok, log: log}
	for line := range bytes.Lines(log) {
		var e actEntry
		if err := json.Unmarshal(line, &e); err == nil { // act also prints other kinds of lines
			r.entries = append(r.entries, e)
		}
	}
	return r
}

// ends fails the test unless the run succeeded or failed as expected.
func (r *actRun) ends(ok bool) *actRun {
	r.Helper()
	if r.ok != ok {
		r.Fatalf("the workflow's success is %v, want %v:\n%s", r.ok, ok, r.text())
	}
	return r
}

// text returns what the job's log shows.
func (r *actRun) text() string {
	var b strings.Builder
	for _, e := range r.entries {
		b.WriteString(strings.TrimRight(e.Message, "\r\n") + "\n")
	}
	return b.String()
}

// output returns an output of the workflow's step, as later steps get it.
func (r *actRun) output(name string) string { return r.outputOf("", name) }

// outputOf returns an output of one of several jobs.
func (r *actRun) outputOf(job, name string) (value string) {
	for _, e := range r.entries {
		if (job == "" || e.JobID == job) && e.Command == "set-output" && e.Stage == "Main" && len(e.StepID) == 1 && e.Name == name {
			value = e.Arg
		}
	}
	return value
}

// summary returns the summary of the workflow's step. act also reports it for the step of the action.
func (r *actRun) summary() (content string) {
	for _, e := range r.entries {
		if e.Command == "summary" && len(e.StepID) == 1 {
			content += e.Content
		}
	}
	return content
}

// annotation is an annotation at a line of a file.
type annotation struct {
	properties map[string]string
	message    string
}

// annotations returns the annotations of a severity. It splits them at the first ::, as GitHub's runner does and act
// does not.
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

// outputs compares outputs with the expected ones.
func (r *actRun) outputs(want map[string]string) {
	r.Helper()
	for name, value := range want {
		if got := r.output(name); got != value {
			r.Errorf("output %s is %q, want %q", name, got, value)
		}
	}
}

// job returns the part of the run that belongs to a job.
func (r *actRun) job(id string) *actRun {
	part := &actRun{T: r.T, ok: r.ok, log: r.log}
	for _, e := range r.entries {
		if e.JobID == id {
			part.entries = append(part.entries, e)
		}
	}
	return part
}

// count counts the jobs of a matrix that have an output with this value.
func (r *actRun) count(job, name, value string) int {
	jobs := map[string]bool{}
	for _, e := range r.entries {
		if e.JobID == job && e.Command == "set-output" && e.Name == name && e.Arg == value {
			jobs[fmt.Sprint(e.Matrix)] = true
		}
	}
	return len(jobs)
}
