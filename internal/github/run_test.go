package github

import (
	"errors"
	"io/fs"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	head = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	base = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
	made = "cccccccccccccccccccccccccccccccccccccccc" // GITHUB_SHA
)

// runVariables returns the variables of a run for a pull request, changed by pairs of name and value.
func runVariables(pairs ...string) func(string) string {
	all := map[string]string{
		"GITHUB_EVENT_NAME": "pull_request", "GITHUB_REPOSITORY": "acme/orgs", "GITHUB_SHA": made, "GITHUB_REF_TYPE": "branch",
		"GITHUB_REF_NAME": "5/merge", "GITHUB_RUN_ID": "77", "GITHUB_SERVER_URL": "https://github.example", "GITHUB_EVENT_PATH": "/event.json",
		"GITHUB_ACTOR": "ada",
	}
	for i := 0; i < len(pairs); i += 2 {
		all["GITHUB_"+pairs[i]] = pairs[i+1]
	}
	return func(name string) string { return all[name] }
}

// pullEvent returns the event of a pull request. repo is the JSON of its repository.
func pullEvent(repo string) string {
	return `{"action":"synchronize","number":5,"pull_request":{"number":5,"head":{"sha":"` + head + `","repo":` + repo + `},"base":{"sha":"` + base + `"}}}`
}

const (
	own   = `{"full_name":"acme/orgs"}`
	fork  = `{"full_name":"mallory/orgs"}`
	runAt = "https://github.example/acme/orgs/actions/runs/77"
)

// onPull returns a run for a pull request.
func onPull(event, checkout string, untrusted bool) *Run {
	return &Run{ID: 77, URL: runAt, Event: event, Repository: "acme/orgs", Commit: head, Checkout: checkout, Pull: &Pull{5, base, untrusted}}
}

// onBranch returns a run for a branch or a tag.
func onBranch(event, branch string) *Run {
	return &Run{ID: 77, URL: runAt, Event: event, Repository: "acme/orgs", Commit: made, Checkout: made, Branch: branch}
}

func TestReadRun(t *testing.T) {
	again := onBranch("push", "main")
	again.Rerun = true
	for _, row := range []struct {
		reason    string
		variables []string
		event     string
		want      *Run
	}{
		{"a pull request from the same repository", nil, pullEvent(own), onPull("pull_request", made, false)},
		{"a pull request from a fork is untrusted", nil, pullEvent(fork), onPull("pull_request", made, true)},
		{"a pull request from a deleted fork is untrusted", nil, pullEvent("null"), onPull("pull_request", made, true)},
		{"Dependabot's pull requests are untrusted", []string{"ACTOR", "dependabot[bot]"}, pullEvent(own), onPull("pull_request", made, true)},
		{"a review of a pull request", []string{"EVENT_NAME", "pull_request_review"}, pullEvent(fork), onPull("pull_request_review", made, true)},
		{"pull_request_target of a fork has secrets", []string{"EVENT_NAME", "pull_request_target", "REF_NAME", "main"}, pullEvent(fork),
			onPull("pull_request_target", made, false)},
		{"a push", []string{"EVENT_NAME", "push", "REF_NAME", "main"}, `{"ref":"refs/heads/main","after":"` + made + `"}`, onBranch("push", "main")},
		{"a rerun", []string{"EVENT_NAME", "push", "REF_NAME", "main", "RUN_ATTEMPT", "2"}, `{}`, again},
		{"the first attempt of a run", []string{"EVENT_NAME", "push", "REF_NAME", "main", "RUN_ATTEMPT", "1"}, `{}`, onBranch("push", "main")},
		{"a tag", []string{"EVENT_NAME", "push", "REF_NAME", "v1", "REF_TYPE", "tag"}, `{"ref":"refs/tags/v1"}`, onBranch("push", "")},
		{"started by a person", []string{"EVENT_NAME", "workflow_dispatch", "REF_NAME", "main"}, `{"inputs":{}}`, onBranch("workflow_dispatch", "main")},
		{"started by a schedule", []string{"EVENT_NAME", "schedule", "REF_NAME", "main"}, `{"schedule":"17 5 * * *"}`, onBranch("schedule", "main")},
		{"a merge queue has its own branches", []string{"EVENT_NAME", "merge_group", "REF_NAME", "gh-readonly-queue/main/pr-5-c"}, `{"merge_group":{}}`,
			onBranch("merge_group", "gh-readonly-queue/main/pr-5-c")},
		{"a comment on a pull request has only its URL", []string{"EVENT_NAME", "issue_comment", "REF_NAME", "main"}, `{"issue":{"number":5,"pull_request":{"url":"…"}}}`,
			onBranch("issue_comment", "main")},
		{"no pull request", []string{"EVENT_NAME", "push", "REF_NAME", "main"}, `{"pull_request":null}`, onBranch("push", "main")},
		{"a pull request without a number does not count", []string{"EVENT_NAME", "push", "REF_NAME", "main"}, `{"pull_request":{}}`, onBranch("push", "main")},
		{"without an event file", []string{"EVENT_NAME", "push", "REF_NAME", "main", "EVENT_PATH", ""}, "", onBranch("push", "main")},
	} {
		got, err := ReadRun(runVariables(row.variables...), func(name string) ([]byte, error) {
			if name != "/event.json" {
				t.Errorf("%s: read %q", row.reason, name)
			}
			return []byte(row.event), nil
		})
		if diff := cmp.Diff(row.want, got); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", row.reason, err, diff)
		}
	}
}

// TestReadRunOutside: without a runner, the run is empty.
func TestReadRunOutside(t *testing.T) {
	got, err := ReadRun(func(string) string { return "" }, nil)
	if diff := cmp.Diff(&Run{}, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func TestReadRunURL(t *testing.T) {
	got, err := ReadRun(runVariables("SERVER_URL", "", "EVENT_PATH", ""), nil)
	if err != nil || got.URL != "https://github.com/acme/orgs/actions/runs/77" {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestReadRunFails(t *testing.T) {
	for _, row := range []struct {
		reason, variable, value, event, want string
	}{
		{"not JSON", "EVENT_PATH", "/event.json", "{", "GITHUB_EVENT_PATH: /event.json: "},
		{"nothing at all", "EVENT_PATH", "/event.json", "", "GITHUB_EVENT_PATH: /event.json: "},
		{"another shape", "EVENT_PATH", "/event.json", `{"pull_request":{"number":"5"}}`, "GITHUB_EVENT_PATH: /event.json: "},
		{"a file without permission", "EVENT_PATH", "/secret.json", "", "GITHUB_EVENT_PATH: permission denied"},
		{"a run id that is a word", "RUN_ID", "abc", "{}", `GITHUB_RUN_ID: "abc" is not a number`},
		{"a run id beyond what a number holds", "RUN_ID", "9223372036854775808", "{}", `GITHUB_RUN_ID: "9223372036854775808" is not a number`},
		{"a run id with a fraction", "RUN_ID", "1.5", "{}", `GITHUB_RUN_ID: "1.5" is not a number`},
		{"a run id below all others would lose to every comment", "RUN_ID", "-1", "{}", `GITHUB_RUN_ID: "-1" is not a number`},
		{"zero stands for no run", "RUN_ID", "0", "{}", `GITHUB_RUN_ID: "0" is not a number`},
	} {
		run, err := ReadRun(runVariables(row.variable, row.value), func(name string) ([]byte, error) {
			if name == "/secret.json" {
				return nil, fs.ErrPermission
			}
			return []byte(row.event), nil
		})
		if err == nil || !strings.HasPrefix(err.Error(), row.want) || run != nil {
			t.Errorf("%s: got %+v, %v", row.reason, run, err)
		}
		if row.value == "/secret.json" && !errors.Is(err, fs.ErrPermission) {
			t.Errorf("%s: the reason is lost: %v", row.reason, err)
		}
	}
}
