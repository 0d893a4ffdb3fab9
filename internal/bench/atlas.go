package main

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"atlas-gitops/internal/sandbox"
	"atlas-gitops/internal/seed"
	"atlas-gitops/internal/spec"
)

// atlas is a sandbox that serves one run of the program.
type atlas struct {
	*sandbox.Server
	counter *counter
	http    *http.Server
	url     string
}

// seedFleet returns the fleet of organizations. It makes a tree of them in a directory that does not exist yet.
func seedFleet(dir string, all []organization) (*sandbox.Fleet, error) {
	if err := writeTree(dir, all); err != nil {
		return nil, err
	}
	tree, err := spec.Load(os.DirFS(filepath.Dir(dir)), []string{filepath.Base(dir)})
	if err != nil {
		return nil, err
	}
	if len(tree.Orgs) != len(all) {
		return nil, fmt.Errorf("the tree of the benchmark is invalid: %v", tree.Diagnostics)
	}
	return seed.Fleet(tree.Orgs, time.Now())
}

// serve serves a copy of a fleet on a loopback address. Close the server in the end.
func serve(f *sandbox.Fleet, b sandbox.Behavior) (*atlas, error) {
	a := &atlas{Server: sandbox.New(f)}
	if err := a.Behave(b); err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	a.counter = &counter{next: a.Server, counts: map[string]int{}}
	a.http = &http.Server{Handler: a.counter}
	a.url = "http://" + listener.Addr().String()
	go func() { _ = a.http.Serve(listener) }() // until it is closed
	return a, nil
}

// credentials returns the lines of a file of credentials.
func (a *atlas) credentials(serviceAccounts bool) string {
	var b strings.Builder
	for _, c := range a.Credentials() {
		if serviceAccounts {
			fmt.Fprintf(&b, "MONGODB_ATLAS_CLIENT_ID_%s=%s\nMONGODB_ATLAS_CLIENT_SECRET_%[1]s=%[3]s\n", c.Name, c.ClientID, c.ClientSecret)
		} else {
			fmt.Fprintf(&b, "MONGODB_ATLAS_PUBLIC_API_KEY_%s=%s\nMONGODB_ATLAS_PRIVATE_API_KEY_%[1]s=%[3]s\n", c.Name, c.PublicKey, c.PrivateKey)
		}
	}
	return b.String()
}
