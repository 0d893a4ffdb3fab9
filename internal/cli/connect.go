package cli

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"time"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/client"
	"atlas-gitops/internal/sandbox"
	"atlas-gitops/internal/spec"
)

// connection reaches the organizations of a tree, in Atlas or in a sandbox.
type connection struct {
	baseURL    string
	credential func(*spec.Org) (client.Credential, error)
	transport  http.RoundTripper
	waiting    func(client.Wait)
	accounts   map[string]*apply.Account // by the name of their credential
	io.Closer                            // of the sandbox
}

func (in *invocation) connect() (*connection, error) {
	if in.sandbox != "" {
		return in.connectSandbox()
	}
	baseURL := client.DefaultBaseURL
	for _, url := range []string{in.Getenv("MONGODB_ATLAS_OPS_MANAGER_URL"), in.Getenv("MONGODB_ATLAS_BASE_URL"), in.baseURL} {
		if url != "" {
			baseURL = url
		}
	}
	return &connection{
		baseURL: baseURL,
		credential: func(o *spec.Org) (client.Credential, error) {
			return client.CredentialFromEnv(in.Getenv, o.Credentials)
		},
		transport: in.Transport,
		waiting:   in.announce,
		accounts:  map[string]*apply.Account{},
		Closer:    io.NopCloser(nil),
	}, nil
}

// connectSandbox starts a sandbox, which brings a credential for every name that the tree uses.
func (in *invocation) connectSandbox() (*connection, error) {
	if in.baseURL != "" {
		return nil, errors.New("--sandbox and --base-url exclude each other; use one")
	}
	atlas, err := sandbox.Open(in.sandbox)
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("sandbox: %w", err)
	}
	server := &http.Server{Handler: atlas}
	go server.Serve(listener) // ends with Close
	fmt.Fprintf(in.Stderr, "Answers come from the sandbox in %s, not from Atlas.\n", in.sandbox)
	return &connection{
		baseURL: "http://" + listener.Addr().String(),
		credential: func(o *spec.Org) (client.Credential, error) {
			org := o.ID
			if org == "" {
				org = o.Name
			}
			granted := atlas.Grant(o.Credentials, org)
			return client.Key(granted.PublicKey, granted.PrivateKey), nil
		},
		transport: in.Transport,
		waiting:   in.announce,
		accounts:  map[string]*apply.Account{},
		Closer:    server,
	}, nil
}

// longWait is how long a wait has to be to be worth a line.
const longWait = 2 * time.Second

// announce says why nothing seems to happen.
func (in *invocation) announce(w client.Wait) {
	if w.For > longWait {
		fmt.Fprintf(in.Stderr, "Atlas limits requests; waiting %s before %s %s.\n", w.For.Round(time.Second), w.Method, w.Path)
	}
}

// account returns the account of the organization's credential. One that cannot be used says why.
func (c *connection) account(o *spec.Org) *apply.Account {
	a := c.accounts[o.Credentials]
	if a == nil {
		a = c.newAccount(o)
		c.accounts[o.Credentials] = a
	}
	return a
}

func (c *connection) newAccount(o *spec.Org) *apply.Account {
	credential, err := c.credential(o)
	if err != nil {
		return &apply.Account{Err: err}
	}
	api, err := client.New(client.Config{
		BaseURL:    c.baseURL,
		Credential: credential,
		Transport:  c.transport,
		Waiting:    c.waiting,
		UserAgent:  fmt.Sprintf("atlas-gitops/%s (%s;%s)", Version, runtime.GOOS, runtime.GOARCH),
	})
	if err != nil {
		return &apply.Account{Err: err}
	}
	return &apply.Account{API: api}
}
