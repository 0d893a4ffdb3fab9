package git

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
)

// file is an open file.
type file struct {
	info info
	data bytes.Reader
	end  error // after the data
}

func newFile(e entry, blob object) *file {
	f := &file{info: info{e, blob.size}, end: io.EOF}
	f.data.Reset(blob.data)
	if kept := int64(len(blob.data)); kept < blob.size {
		f.end = fmt.Errorf("is larger than %d bytes; only that much is read", kept)
	}
	return f
}

func (f *file) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *file) Close() error               { return nil }

func (f *file) Read(p []byte) (int, error) {
	n, err := f.data.Read(p)
	if err == io.EOF {
		err = f.end
	}
	return n, err
}

// directory is an open directory.
type directory struct {
	info info
	rest []fs.DirEntry // not listed yet
}

func (d *directory) Stat() (fs.FileInfo, error) { return d.info, nil }
func (d *directory) Close() error               { return nil }

func (d *directory) Read([]byte) (int, error) {
	return 0, pathError("read", d.info.name, errors.New("is a directory"))
}

func (d *directory) ReadDir(n int) ([]fs.DirEntry, error) {
	if n <= 0 {
		n = len(d.rest)
	} else if len(d.rest) == 0 {
		return nil, io.EOF
	}
	n = min(n, len(d.rest))
	list := d.rest[:n:n]
	d.rest = d.rest[n:]
	return list, nil
}
