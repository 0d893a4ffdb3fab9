package spec

import (
	"runtime"
	"sync/atomic"

	"atlas-gitops/internal/yamldata"

	"golang.org/x/sync/errgroup"
)

// What a whole tree may be at most. A tree that needs more is not one that people review.
const (
	maxFiles  = 20_000
	maxMemory = 1200 << 20 // bytes: 1,000 organizations that list 500 people each, with a role and a team, take 1 GiB
)

// bounds are those of a tree.
type bounds struct {
	files  int
	memory int // bytes, as [source.memory] reckons them
}

func treeBounds() bounds { return bounds{maxFiles, maxMemory} }

// refuseTree reports the file with which a tree is too large.
func (r *reporter) refuseTree(file string, most bounds) {
	d := r.report(tooLarge, Place{File: file}, "the tree is too large: up to this file it takes more than %d MiB of memory, and the rest was not read", most.memory>>20)
	d.Hint = "name some of its directories as PATH, or use fewer aliases and defaults"
}

// What a tree takes of memory for each of what it has, with the garbage that is not collected yet: measured with trees of
// up to 500,000 people, who took between 1,500 and 3,600 bytes each.
const (
	memoryOfByte    = 2 // of a file
	memoryOfLine    = 16
	memoryOfNode    = 140     // a value, or a key, where it is written; what aliases stand for is shared
	memoryOfValue   = 30      // in a wanted organization, with what it inherits and what aliases stand for: none is shared
	memoryOfEntries = 500     // of an object there, for every 8
	memoryOfFinding = 4 << 10 // also while it is written, in whatever format
)

// memory reckons what a file takes.
func (s *source) memory() int {
	bytes, lines := s.text.Size()
	return memoryOfByte*bytes + memoryOfLine*lines + memoryOfNode*s.nodes + memoryOfFinding*len(s.found) + s.plain
}

// plainMemory reckons what a value takes without its places.
func plainMemory(n *yamldata.Node) int {
	all := memoryOfValue + memoryOfEntries*((len(n.Entries())+7)/8)
	for _, item := range n.Items() {
		all += plainMemory(item)
	}
	for _, e := range n.Entries() {
		all += plainMemory(e.Value)
	}
	return all
}

// maxReaders is how many files are read at once. Each may take 200 MiB while it is read.
const maxReaders = 4

// inTurn does work from 0 to n-1, in this order and several at a time, until it comes to more than a limit. It returns where that
// was, or n. Some of what comes after that is done, too: how much differs from run to run.
func inTurn(n, limit int, work func(i int) (cost int)) int {
	costs := make([]int, n)
	var all atomic.Int64
	var group errgroup.Group
	group.SetLimit(min(maxReaders, runtime.GOMAXPROCS(0)))
	for i := 0; i < n && all.Load() <= int64(limit); i++ {
		group.Go(func() error {
			costs[i] = work(i)
			all.Add(int64(costs[i]))
			return nil
		})
	}
	_ = group.Wait() // no work returns an error
	sum := 0
	for i, cost := range costs {
		if sum += cost; sum > limit {
			return i
		}
	}
	return n
}
