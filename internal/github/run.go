// Package github speaks with GitHub: with the runner of a workflow, and with the REST API.
package github

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strconv"
)

// Run is the run of a workflow that the program is part of.
type Run struct {
	ID         int64 // later runs have higher ones; 0 outside of a workflow
	Again      bool  // it was started again
	URL        string
	Event      string // such as pull_request
	Repository string // OWNER/NAME
	Commit     string // what the run is about: the head of a pull request, or what was pushed
	Checkout   string // what actions/checkout checks out: of a pull request, its merge into its base
	Branch     string // that the run is about; "" for a tag, and for a pull request
	Pull       *Pull  // the pull request of the event, if it is about one
}

// Pull is a pull request.
type Pull struct {
	Number int
	Base   string // the commit that it is to be merged into

	// Untrusted runs have no secrets, and may only read: those of pull requests from another repository, and of
	// Dependabot's.
	Untrusted bool
}

// event is what we read of the event that began a run.
// See GitHub's "Webhook events and payloads", pull_request.
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

// ReadRun returns the run as the runner's variables, and the file of the event, describe it.
func ReadRun(getenv func(string) string, read func(name string) ([]byte, error)) (*Run, error) {
	r := &Run{Event: getenv("GITHUB_EVENT_NAME"), Repository: getenv("GITHUB_REPOSITORY"), Commit: getenv("GITHUB_SHA"), Checkout: getenv("GITHUB_SHA")}
	if attempt := getenv("GITHUB_RUN_ATTEMPT"); attempt != "" && attempt != "1" {
		r.Again = true
	}
	if getenv("GITHUB_REF_TYPE") == "branch" {
		r.Branch = getenv("GITHUB_REF_NAME")
	}
	if id := getenv("GITHUB_RUN_ID"); id != "" {
		var err error
		if r.ID, err = strconv.ParseInt(id, 10, 64); err != nil || r.ID <= 0 {
			return nil, fmt.Errorf("GITHUB_RUN_ID: %q is no number", id)
		}
		r.URL = cmp.Or(getenv("GITHUB_SERVER_URL"), "https://github.com") + "/" + r.Repository + "/actions/runs/" + id
	}
	name := getenv("GITHUB_EVENT_PATH")
	if name == "" {
		return r, nil
	}
	data, err := read(name)
	if err != nil {
		return nil, fmt.Errorf("GITHUB_EVENT_PATH: %w", err)
	}
	var e event
	if err := json.Unmarshal(data, &e); err != nil {
		return nil, fmt.Errorf("GITHUB_EVENT_PATH: %s: %w", name, err)
	}
	if p := e.Pull; p != nil && p.Number > 0 {
		foreign := p.Head.Repo == nil || p.Head.Repo.FullName != r.Repository || getenv("GITHUB_ACTOR") == "dependabot[bot]"
		r.Pull = &Pull{p.Number, p.Base.SHA, foreign && r.Event != "pull_request_target"}
		r.Commit = cmp.Or(p.Head.SHA, r.Commit)
		r.Branch = "" // what is named there is NUMBER/merge, or the base
	}
	return r, nil
}
