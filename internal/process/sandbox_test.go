//go:build !windows

package process

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"atlas-gitops/internal/sandbox"
)

// TestSandboxKilled kills a sandbox while many clients write to it. Every write that was answered is in the file, the
// file can be opened, and the sandbox goes on.
func TestSandboxKilled(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "sandbox.json")
	kept := map[string]bool{} // usernames, each with its organization
	for i, answers := range []int{1, 7, 40, 111} {
		s := serveSandbox(t, file, ":")
		for _, one := range s.inviteUntilKilled(fmt.Sprint("run", i), answers) {
			kept[one] = true
		}
		f := s.users()
		for one := range kept {
			if !f[one] {
				t.Errorf("killed after %d answers: %s was answered, but is not in the file", answers, one)
			}
		}
	}
	if len(kept) < 159 {
		t.Errorf("only %d writes were answered", len(kept))
	}
}

// TestSandboxWithoutRoom: the size of files is limited, as on a full disk, so that a change is written only in part. The
// sandbox refuses the request, and cuts off what it wrote.
func TestSandboxWithoutRoom(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "sandbox.json")
	s := serveSandbox(t, file, "ulimit -f 60")
	kept := s.inviteUntilFull()
	if s.inviteUntilFull() != nil {
		t.Error("a change has room that had none before")
	}
	s.kill()
	f := s.users()
	for _, one := range kept {
		if !f["Acme-Production "+one] {
			t.Errorf("%s is not in the file", one)
		}
	}
	if len(kept) < 3 || len(f) != 12+len(kept) {
		t.Errorf("%d writes were done, %d people are in the file", len(kept), len(f))
	}
}

// inviteUntilFull invites people to the first organization until the sandbox refuses one, and returns the others. The file
// ends with a whole change each time.
func (s *served) inviteUntilFull() (kept []string) {
	s.Helper()
	for i := range 100 {
		username := fmt.Sprintf("person%d-%d@acme.example", len(s.users()), i)
		status, body, err := s.invite(s.Credentials()[0], username)
		if text, readErr := os.ReadFile(s.file); err != nil || readErr != nil || !strings.HasSuffix(string(text), "}\n") {
			s.Fatalf("%v, %v: the file ends with %.40q", err, readErr, text[max(0, len(text)-40):])
		}
		if status != http.StatusCreated {
			if want := "cannot be written: write " + s.file + ": file too large; nothing was changed, free disk space"; status != http.StatusConflict || !strings.Contains(body, want) {
				s.Errorf("%d %s, want %s", status, body, want)
			}
			return kept
		}
		kept = append(kept, username)
	}
	s.Error("the file does not get full")
	return kept
}

// served is a sandbox in a process of its own.
type served struct {
	*testing.T
	*sandbox.Server // another one, with the same credentials
	file            string
	base            string
	cmd             *exec.Cmd
	tokens          map[string]string // by the name of the credential
}

// serveSandbox starts the program with its state in file, after a shell command.
func serveSandbox(t *testing.T, file, shell string) *served {
	t.Helper()
	s := &served{T: t, Server: sandbox.New(sandbox.Demo()), file: file, tokens: map[string]string{}}
	s.cmd = exec.Command("sh", "-c", shell+`; exec atlas-gitops sandbox --listen 127.0.0.1:0 --state "$1"`, "sh", file)
	stderr, err := s.cmd.StderrPipe()
	if err == nil {
		err = s.cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.kill)
	said, err := bufio.NewReader(stderr).ReadString('\n')
	s.base, _, _ = strings.Cut(strings.TrimPrefix(said, "Serving on "), ",")
	if err != nil || !strings.HasPrefix(s.base, "http://") {
		t.Fatalf("%v: %s", err, said)
	}
	if status, body, err := s.send(http.MethodPatch, "/_sandbox/behavior", "", `{"unthrottledUsers":true}`); err != nil || status != http.StatusOK {
		t.Fatalf("%v: %d %s", err, status, body)
	}
	for _, c := range s.Credentials() {
		s.tokens[c.Name] = s.token(c)
	}
	return s
}

func (s *served) kill() {
	_ = s.cmd.Process.Kill() // an error says that it has ended
	_ = s.cmd.Wait()         // its status is that of a killed process
}

// token gets an access token.
func (s *served) token(c sandbox.Credential) string {
	s.Helper()
	r, err := http.NewRequest(http.MethodPost, s.base+"/api/oauth/token", strings.NewReader(url.Values{"grant_type": {"client_credentials"}}.Encode()))
	if err != nil {
		s.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth(c.ClientID, c.ClientSecret)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		s.Fatal(err)
	}
	defer res.Body.Close()
	var answer struct {
		Token string `json:"access_token"`
	}
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil || answer.Token == "" {
		s.Fatalf("%v: %d", err, res.StatusCode)
	}
	return answer.Token
}

// send returns an error if no complete answer comes.
func (s *served) send(method, path, token, body string) (status int, answer string, err error) {
	r, err := http.NewRequest(method, s.base+path, strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	r.Header.Set("Accept", "application/vnd.atlas.2025-02-19+json")
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, "", err
	}
	text, err := io.ReadAll(res.Body)
	return res.StatusCode, string(text), errors.Join(err, res.Body.Close())
}

func (s *served) invite(c sandbox.Credential, username string) (status int, answer string, err error) {
	return s.send(http.MethodPost, "/api/atlas/v2/orgs/"+c.OrgID+"/users", s.tokens[c.Name], `{"username":"`+username+`","roles":{"orgRoles":["ORG_MEMBER"]}}`)
}

// inviteUntilKilled invites people to all organizations at once. It kills the sandbox when that many requests were
// answered, and returns all that were answered.
func (s *served) inviteUntilKilled(run string, answers int) (answered []string) {
	s.Helper()
	var mu sync.Mutex
	var wg sync.WaitGroup
	invite := func(client int, c sandbox.Credential, org string) {
		for i := 0; ; i++ {
			username := fmt.Sprintf("%s-%d-%d@acme.example", run, client, i)
			status, body, err := s.invite(c, username)
			if err != nil {
				return // killed
			}
			mu.Lock()
			if status != http.StatusCreated {
				s.Errorf("%d %s", status, body)
			}
			answered = append(answered, org+" "+username)
			if len(answered) == answers {
				s.kill()
			}
			mu.Unlock()
		}
	}
	for i, org := range s.OrgNames() {
		for client := range 4 {
			wg.Go(func() { invite(client, s.Credentials()[i], org) })
		}
	}
	wg.Wait()
	return answered
}

// users returns everybody in the file, each with the organization. It opens the file as a command with --sandbox does.
func (s *served) users() map[string]bool {
	s.Helper()
	opened, err := sandbox.Open(s.file)
	if err != nil {
		s.Fatal(err)
	}
	r, err := http.NewRequest(http.MethodGet, "http://sandbox/_sandbox/fleet", nil)
	if err != nil {
		s.Fatal(err)
	}
	res, err := opened.RoundTrip(r)
	if err != nil {
		s.Fatal(err)
	}
	var fleet sandbox.Fleet
	if err := json.NewDecoder(res.Body).Decode(&fleet); err != nil {
		s.Fatal(err)
	}
	all := map[string]bool{}
	for _, o := range fleet.Orgs {
		for _, u := range o.Users {
			all[o.Name+" "+u.Username] = true
		}
	}
	if len(all) < 12 || !slices.ContainsFunc(fleet.Orgs, func(o *sandbox.Org) bool { return o.Name == "Acme-Stage" }) {
		s.Fatalf("the fleet is not whole: %v", all)
	}
	return all
}
