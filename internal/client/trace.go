package client

import (
	"bytes"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"time"
)

// Exchange is a request that ended, and how.
type Exchange struct {
	Method, Path string // the path with the number of its page, if it is not the first
	Status       int    // of the last answer; 0 when there was none
	Err          *Error // nil for a success
	Took         time.Duration
	Tries        int
	Remaining    string // what Atlas says is left of the limit; "" when it does not

	// The bodies, without secrets. Empty where there is none.
	Sent, Received string
}

func newExchange(request *http.Request, response *http.Response, failed *Error, tries int, took time.Duration) Exchange {
	e := Exchange{Method: request.Method, Path: request.URL.Path, Err: failed, Took: took, Tries: tries}
	if page := request.URL.Query().Get("pageNum"); page != "" && page != "1" {
		e.Path += "?pageNum=" + page
	}
	if sent, err := bodyOf(request); err == nil {
		e.Sent = without(isSecret, sent)
	}
	if response != nil {
		e.Status, e.Remaining = response.StatusCode, response.Header.Get("RateLimit-Remaining")
		e.Received = without(isSecretOrPersonal, contents(response))
	}
	return e
}

// What stands for what nobody is to read.
const (
	hidden   = "(hidden)"
	notShown = "(no JSON, so not shown)"
)

// without returns a body on one line, without the properties that it must not show. What is no JSON is not shown at all:
// tokens are asked for and given back in forms.
func without(isHidden func(property string) bool, body []byte) string {
	if len(body) == 0 {
		return ""
	}
	var value any
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	if !json.Valid(body) || decoder.Decode(&value) != nil {
		return notShown
	}
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(withoutValues(isHidden, value)); err != nil {
		return notShown
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func withoutValues(isHidden func(string) bool, value any) any {
	switch value := value.(type) {
	case map[string]any:
		for key, one := range value {
			if isHidden(key) && one != nil {
				value[key] = hidden
			} else {
				value[key] = withoutValues(isHidden, one)
			}
		}
	case []any:
		for i, one := range value {
			value[i] = withoutValues(isHidden, one)
		}
	case string:
		return hide(value)
	}
	return value
}

// telltale is what secrets look like wherever they stand: a proxy may say what it was told.
var telltale = regexp.MustCompile(`(?i)\b(bearer|basic|digest)\s+[^\s"',;]+|mdb_sa_sk_\w+|\beyJ[\w-]+\.[\w-]+\.[\w-]+`)

// hide takes secrets out of what a server says.
func hide(s string) string { return telltale.ReplaceAllString(s, hidden) }

// isSecret knows the properties that hold secrets, in Atlas's answers (API description) and OAuth's (RFC 6749).
func isSecret(property string) bool {
	switch property {
	case "privateKey", "secret", "clientSecret", "access_token", "refresh_token", "token", "password":
		return true
	}
	return false
}

// isSecretOrPersonal also knows what Atlas tells of people. The address of whom a request is about stands in the request.
func isSecretOrPersonal(property string) bool {
	switch property {
	case "username", "emailAddress", "inviterUsername", "firstName", "lastName", "mobileNumber", "country", "lastAuth":
		return true
	}
	return isSecret(property)
}
