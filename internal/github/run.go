// Package github talks to GitHub: to the runner of a workflow, and to the REST API.
package github

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strconv"
)

// Run is the workflow run in which the program runs.
type Run struct {
	ID         int64 // later runs have higher ones; 0 outside of a workflow
	Rerun      bool  // somebody started it again
	URL        string
	Event      string // such as pull_request
	Repository string // OWNER/NAME
	Commit     string // the head of a pull request, or what was pushed
	Checkout   string // what actions/checkout checks out; for a pull request, its merge into its base
	Branch     string // that was pushed; "" for a tag, and for a pull request
	Pull       *Pull  // nil if the event is not about a pull request
}

// Pull is a pull request.
type Pull struct {
	Number int
	Base   string // the commit of the branch that it would be merged into

	// Untrusted runs have no secrets and may only read: runs for pull requests from another repository, and for those
	// of Dependabot.
	Untrusted bool
}

// event is the part of a run's event that we read. See GitHub's "Webhook events and payloads", pull_request.
type event struct {
	Pull *struct {
		Number int `json:"number"`
		Head   struct {
			SHA  string `json:"sha"`
			Repo *struct {
				FullName string `json:"full_name"`
			} `json:"repo"` // null once it is deleted
		} `json:"head"`
		Base struct {
			SHA string `json:"sha"`
		} `json:"base"`
	} `json:"pull_request"`
}

// ReadRun reads the run from the runner's variables and the event file.
func ReadRun(getenv func(string) string, read func(name string) ([]byte, error)) (*Run, error) {
	r := &Run{Event: getenv("GITHUB_EVENT_NAME"), Repository: getenv("GITHUB_REPOSITORY"), Commit: getenv("GITHUB_SHA"), Checkout: getenv("GITHUB_SHA")}
	if attempt := getenv("GITHUB_RUN_ATTEMPT"); attempt != "" && attempt != "1" {
		r.Rerun = true
	}
	if getenv("GITHUB_REF_TYPE") == "branch" {
		r.Branch = getenv("GITHUB_REF_NAME")
	}
	if id := getenv("GITHUB_RUN_ID"); id != "" {
		var err error
		if r.ID, err = strconv.ParseInt(id, 10, 64); err != nil || r.ID <= 0 {
			return nil, fmt.Errorf("GITHUB_RUN_ID: %q is not a number", id)
		}
		r.URL = cmp.Or(getenv("GITHUB_SERVER_URL"), "https://github.com") + "/" + r.Repository + "/actions/runs/" + id
	}
	e, err := readEvent(getenv("GITHUB_EVENT_PATH"), read)
	if err != nil {
		return nil, err
	}
	if e.Pull != nil && e.Pull.Number > 0 {
		r.setPull(e, getenv("GITHUB_ACTOR"))
	}
	return r, nil
}

func (r *Run) setPull(e event, actor string) {
	head := e.Pull.Head
	foreign := head.Repo == nil || head.Repo.FullName != r.Repository || actor == "dependabot[bot]"
	r.Pull = &Pull{e.Pull.Number, e.Pull.Base.SHA, foreign && r.Event != "pull_request_target"}
	r.Commit = cmp.Or(head.SHA, r.Commit)
	r.Branch = "" // GITHUB_REF_NAME is NUMBER/merge, or the base
}

// readEvent reads the event file. Without a file name, it returns an event without a pull request.
func readEvent(name string, read func(name string) ([]byte, error)) (e event, err error) {
	if name == "" {
		return e, nil
	}
	data, err := read(name)
	if err != nil {
		return e, fmt.Errorf("GITHUB_EVENT_PATH: %w", err)
	}
	if err := json.Unmarshal(data, &e); err != nil {
		return e, fmt.Errorf("GITHUB_EVENT_PATH: %s: %w", name, err)
	}
	return e, nil
}
