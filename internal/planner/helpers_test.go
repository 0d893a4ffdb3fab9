package planner_test

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"atlas-gitops/internal/client"
	"atlas-gitops/internal/planner"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/sandbox"
	"atlas-gitops/internal/spec"
)

// acme is the id of an organization of the example fleet that has teams, projects, members and invitations.
const acme = "5f1b0c0d0e0f0a0b0c0d0e01"

// atlas is a sandbox with the example fleet, and a client for one of its organizations.
type atlas struct {
	*testing.T
	server  *sandbox.Server
	account *resource.Account
}

func newAtlas(t *testing.T) *atlas {
	t.Helper()
	return newAtlasOf(t, sandbox.Demo())
}

func newAtlasOf(t *testing.T, fleet *sandbox.Fleet) *atlas {
	t.Helper()
	a := &atlas{T: t, server: sandbox.New(fleet)}
	granted := a.server.Grant("ACME_PROD", acme)
	c, err := client.New(client.Config{BaseURL: "https://atlas.example", Transport: a.server,
		Credential: client.NewCredential(granted.PublicKey, granted.PrivateKey)})
	if err != nil {
		t.Fatal(err)
	}
	a.account = &resource.Account{API: c}
	return a
}

// control sends a request to a control path of the sandbox.
func (a *atlas) control(method, path, body string) {
	a.Helper()
	request, err := http.NewRequestWithContext(a.Context(), method, "https://atlas.example"+path, strings.NewReader(body))
	if err != nil {
		a.Fatal(err)
	}
	response, err := a.server.RoundTrip(request)
	if err != nil || response.StatusCode/100 != 2 {
		a.Fatalf("%s %s: %v %v", method, path, response, err)
	}
	response.Body.Close()
}

// targetOf returns the desired state that a document describes.
func (a *atlas) targetOf(yaml string) planner.Target {
	a.Helper()
	tree, err := spec.Load(fstest.MapFS{"orgs/acme.yaml": {Data: []byte("name: Acme-Production\nid: " + acme + "\n" + yaml)}}, []string{"orgs"})
	if err != nil || len(tree.Orgs) != 1 {
		a.Fatalf("%+v %v", tree, err)
	}
	return planner.Target{Desired: tree.Orgs[0].Desired, Account: a.account}
}

// target returns a target with this name, id and state.
func (a *atlas) target(name, id string, want resource.State) planner.Target {
	return planner.Target{Desired: resource.Desired{OrgRef: resource.OrgRef{Name: name, ID: id}, Want: want}, Account: a.account}
}

// lists is an API that has only lists, by path.
type lists map[string][]resource.Fields

func (l lists) Do(_ context.Context, method, path string, _, _ any) error {
	return errors.New(method + " " + path + " was not expected")
}

func (l lists) All(_ context.Context, path string) iter.Seq2[resource.Fields, error] {
	return func(yield func(resource.Fields, error) bool) {
		for _, fields := range l[path] {
			if !yield(fields, nil) {
				return
			}
		}
	}
}

// listed returns an organization as GET /orgs shows it.
func listed(id, name string) resource.Fields {
	return resource.Fields{"id": id, "name": name, "isDeleted": false, "skipDefaultAlertsSettings": false}
}
