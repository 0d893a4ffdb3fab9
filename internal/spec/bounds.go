package spec

import (
	"runtime"
	"sync/atomic"

	"atlas-gitops/internal/yamldata"

	"golang.org/x/sync/errgroup"
)

// Limits of a whole tree. A larger one is too large for a review.
const (
	maxFiles  = 20_000
	maxMemory = 1200 << 20 // bytes: 1,000 organizations that list 500 people each, with a role and a team, take 1 GiB
)

// bounds are the limits of a tree.
type bounds struct {
	files  int
	memory int // bytes, as [source.memory] estimates them
}

func treeBounds() bounds { return bounds{maxFiles, maxMemory} }

// refuseTree reports that the tree exceeds the memory limit, at the first file beyond it.
func (r *reporter) refuseTree(file string, most bounds) {
	d := r.report(tooLarge, Place{File: file}, "the tree is too large: the files up to this one need more than %d MiB of memory; the rest was not read", most.memory>>20)
	d.Hint = "pass only some of its directories as PATH, or use fewer aliases and defaults"
}

// Bytes of memory that each part of a tree takes, including garbage that is not collected yet. Measured with trees of up to 500,000
// people: each person took 1,500 to 3,600 bytes.
const (
	memoryOfByte    = 2 // of a file
	memoryOfLine    = 16
	memoryOfNode    = 140     // of a value or a key in the file; aliases share their value
	memoryOfValue   = 30      // of a value in a wanted organization; each inherited or aliased value is a copy
	memoryOfEntries = 500     // of every 8 entries of an object in a wanted organization
	memoryOfFinding = 4 << 10 // of a finding, including its output in any format
)

// memory estimates the memory, in bytes, that a file takes.
func (s *source) memory() int {
	bytes, lines := s.text.Size()
	return memoryOfByte*bytes + memoryOfLine*lines + memoryOfNode*s.nodes + memoryOfFinding*len(s.found) + s.plain
}

// plainMemory estimates the memory, in bytes, that a value takes without its places.
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

// maxReaders is how many files are read in parallel. Reading one file can take 200 MiB.
const maxReaders = 4

// inTurn starts work 0 to n-1 in this order, several at a time, until the sum of the costs exceeds a limit. It returns the index of
// the work that exceeds the limit, or n. It also does some of the work after that index; how much differs from run to run.
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
