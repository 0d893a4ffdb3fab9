package github

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// pull is a pull request in GitHub's API.
type pull struct {
	Number   int    `json:"number"`
	MergedAt string `json:"merged_at"`
	Merge    string `json:"merge_commit_sha"`
	Base     struct {
		Ref string `json:"ref"`
	} `json:"base"`
}

// MergedPull returns the number of the pull request that brought a commit onto a branch, or 0.
func (c *Client) MergedPull(ctx context.Context, repository, commit, branch string) (int, error) {
	pulls, err := all[pull](ctx, c, "/repos/"+repository+"/commits/"+commit+"/pulls?per_page=100")
	if err != nil {
		return 0, err
	}
	pulls = slices.DeleteFunc(pulls, func(p pull) bool { return p.MergedAt == "" || p.Base.Ref != branch })
	if i := slices.IndexFunc(pulls, func(p pull) bool { return p.Merge == commit }); i >= 0 {
		return pulls[i].Number, nil
	}
	if len(pulls) == 1 {
		return pulls[0].Number, nil
	}
	return 0, nil
}

// closedPulls returns the last 20 pull requests that were closed on the branch, without those that were not merged.
func closedPulls(ctx context.Context, c *Client, repository, branch string) ([]pull, error) {
	var pulls []pull
	list := "/repos/" + repository + "/pulls?state=closed&sort=updated&direction=desc&per_page=20&base=" + url.QueryEscape(branch)
	_, err := c.do(ctx, http.MethodGet, list, nil, &pulls)
	return slices.DeleteFunc(pulls, func(p pull) bool { return p.MergedAt == "" }), err
}

// PullForDigest returns the number of a merged pull request, or 0. It reads the last 20 pull requests that were closed
// on the branch. It looks for one with a comment that has the marker's subject and shows the marker's digest: of its plan, or of
// one organization.
func (c *Client) PullForDigest(ctx context.Context, repository, branch string, m Marker) (int, error) {
	login, err := c.login(ctx)
	if err != nil {
		return 0, err
	}
	pulls, err := closedPulls(ctx, c, repository, branch)
	if err != nil {
		return 0, err
	}
	for _, p := range pulls {
		comments, err := all[comment](ctx, c, commentsOf(repository, p.Number)+"?per_page=100")
		if err != nil {
			return 0, err
		}
		for _, o := range comments {
			if found, ok := markerBy(login, o.User, o.Body); ok && found.Subject == m.Subject && (strings.HasPrefix(found.Digest, m.Digest) || strings.Contains(o.Body, "digest: "+m.Digest)) {
				return p.Number, nil
			}
		}
	}
	return 0, nil
}

// maxChanged is how many files GitHub lists at most in a comparison.
const maxChanged = 300

// comparison is how a commit or branch differs from an earlier commit. See GitHub's "Compare two commits".
type comparison struct {
	Status string `json:"status"` // identical, ahead, behind or diverged
	Files  []struct {
		Name     string `json:"filename"`
		Previous string `json:"previous_filename"`
	} `json:"files"`
}

func compare(ctx context.Context, c *Client, repository, from, to string) (compared comparison, err error) {
	path := "/repos/" + repository + "/compare/" + url.PathEscape(from) + "..." + url.PathEscape(to)
	_, err = c.do(ctx, http.MethodGet, path, nil, &compared)
	return compared, err
}

// contains reports whether everything in the earlier commit is also in the later one.
func (c comparison) contains() bool { return c.Status == "identical" || c.Status == "ahead" }

// ChangedSince returns the files that differ between a branch and an earlier commit of it. If all is true, any file may
// differ: the commit is no longer on the branch, or GitHub cannot list all files.
func (c *Client) ChangedSince(ctx context.Context, repository, commit, branch string) (files []string, all bool, err error) {
	compared, err := compare(ctx, c, repository, commit, branch)
	if err != nil {
		return nil, false, err
	}
	for _, f := range compared.Files {
		files = append(files, f.Name, f.Previous)
	}
	return files, !compared.contains() || len(compared.Files) >= maxChanged, nil
}
