package main

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"
)

// report is everything that one run of the benchmark measured.
type report struct {
	Machine         string `json:"machine"`
	Date            string `json:"date"` // 2026-09-30
	Program         string `json:"program"`
	ServiceAccounts bool   `json:"serviceAccounts"` // API keys otherwise
	Rows            []row  `json:"rows"`
}

// find returns the row of a work and a size, or nil.
func (r *report) find(name string, s size) *row {
	for i := range r.Rows {
		if r.Rows[i].Work == name && r.Rows[i].size == s {
			return &r.Rows[i]
		}
	}
	return nil
}

// machine describes this computer.
func machine() string {
	return fmt.Sprintf("%s, %d processors, %s/%s", processor(), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH)
}

// processor returns the model of the processor, as Linux names it.
func processor() string {
	info, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(info)) {
		if name, model, found := strings.Cut(line, ":"); found && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(model)
		}
	}
	return "processor unknown"
}

func today() string { return time.Now().UTC().Format(time.DateOnly) }

// readReport reads what -json wrote.
func readReport(file string) (*report, error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	r := &report{}
	if err := json.Unmarshal(raw, r); err != nil {
		return nil, fmt.Errorf("%s: %w; name a file that -json has written", file, err)
	}
	return r, nil
}
