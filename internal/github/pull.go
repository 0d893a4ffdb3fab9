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

// PullForDigest returns the number of a merged pull request, or 0. It reads the last 20 pull requests that were closed
// on the branch. It looks for one with a comment that has the marker's subject and a digest that starts with the
// marker's digest.
func (c *Client) PullForDigest(ctx context.Context, repository, branch string, m Marker) (int, error) {
	login, err := c.login(ctx)
	if err != nil {
		return 0, err
	}
	var pulls []pull
	list := "/repos/" + repository + "/pulls?state=closed&sort=updated&direction=desc&per_page=20&base=" + url.QueryEscape(branch)
	if _, err := c.do(ctx, http.MethodGet, list, nil, &pulls); err != nil {
		return 0, err
	}
	for _, p := range pulls {
		if p.MergedAt == "" {
			continue
		}
		comments, err := all[comment](ctx, c, commentsOf(repository, p.Number)+"?per_page=100")
		if err != nil {
			return 0, err
		}
		for _, o := range comments {
			if found, ok := markerBy(login, o.User, o.Body); ok && found.Subject == m.Subject && strings.HasPrefix(found.Digest, m.Digest) {
				return p.Number, nil
			}
		}
	}
	return 0, nil
}

// maxChanged is how many files GitHub lists at most in a comparison.
const maxChanged = 300

// ChangedSince returns the files that differ between a branch and an earlier commit of it. If all is true, any file may
// differ: the commit is no longer on the branch, or GitHub cannot list all files. See GitHub's "Compare two commits".
func (c *Client) ChangedSince(ctx context.Context, repository, commit, branch string) (files []string, all bool, err error) {
	var compared struct {
		Status string `json:"status"` // identical, ahead, behind or diverged
		Files  []struct {
			Name     string `json:"filename"`
			Previous string `json:"previous_filename"`
		} `json:"files"`
	}
	path := "/repos/" + repository + "/compare/" + url.PathEscape(commit) + "..." + url.PathEscape(branch)
	if _, err := c.do(ctx, http.MethodGet, path, nil, &compared); err != nil {
		return nil, false, err
	}
	for _, f := range compared.Files {
		files = append(files, f.Name, f.Previous)
	}
	return files, compared.Status != "identical" && compared.Status != "ahead" || len(compared.Files) >= maxChanged, nil
}
