package cli

import (
	"cmp"
	"context"
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
	config     client.Config // but for the credential
	credential func(*spec.Org) (client.Credential, error)
	accounts   map[string]*apply.Account // by the name of their credential
	io.Closer                            // of the sandbox
}

// connect prepares to reach Atlas, or starts the sandbox. Waits end when ctx does.
func (in *invocation) connect(ctx context.Context) (*connection, error) {
	c := &connection{
		config: client.Config{
			BaseURL: cmp.Or(in.baseURL, in.Getenv("MONGODB_ATLAS_BASE_URL"), in.Getenv("MONGODB_ATLAS_OPS_MANAGER_URL"),
				client.DefaultBaseURL),
			Transport:   in.Transport,
			UserAgent:   fmt.Sprintf("atlas-gitops/%s (%s;%s)", Version, runtime.GOOS, runtime.GOARCH),
			Waiting:     in.announce,
			Interrupted: ctx.Done(),
		},
		credential: func(o *spec.Org) (client.Credential, error) {
			return client.CredentialFromEnv(in.Getenv, o.Credentials)
		},
		accounts: map[string]*apply.Account{},
		Closer:   io.NopCloser(nil),
	}
	if in.sandbox == "" {
		return c, nil
	}
	if in.baseURL != "" {
		return nil, errors.New("--sandbox and --base-url exclude each other; use one")
	}
	return c, c.startSandbox(in)
}

// startSandbox serves a sandbox, which brings a credential for every name that the tree uses.
func (c *connection) startSandbox(in *invocation) error {
	atlas, err := sandbox.Open(string(in.sandbox))
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("sandbox: %w", err)
	}
	server := &http.Server{Handler: atlas}
	go server.Serve(listener) // ends with Close
	fmt.Fprintf(in.Stderr, "Answers come from the sandbox in %s, not from Atlas.\n", in.sandbox)
	c.Closer, c.config.BaseURL = server, "http://"+listener.Addr().String()
	c.credential = func(o *spec.Org) (client.Credential, error) {
		granted := atlas.Grant(o.Credentials, cmp.Or(o.ID, o.Name))
		return client.Key(granted.PublicKey, granted.PrivateKey), nil
	}
	return nil
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
	config := c.config
	config.Credential = credential
	api, err := client.New(config)
	if err != nil {
		return &apply.Account{Err: err}
	}
	return &apply.Account{API: api}
}
