// Reads a log and receipts of ours with Go's own implementation of both
// (golang.org/x/mod/sumdb), which is where C2SP's formats come from.
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go run main.go FOLDER
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func read(path ...string) []byte {
	data, err := os.ReadFile(filepath.Join(path...))
	must(err)
	return data
}

// C2SP leaves the height out of the path: it is always 8.
func path(tile tlog.Tile) string { return strings.Replace(tile.Path(), "tile/8/", "tile/", 1) }

type tiles string

func (folder tiles) Height() int { return 8 }

func (folder tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func (folder tiles) ReadTiles(wanted []tlog.Tile) (found [][]byte, err error) {
	for _, tile := range wanted {
		data, err := os.ReadFile(filepath.Join(string(folder), path(tile)))
		if err != nil {
			return nil, err
		}
		found = append(found, data)
	}
	return found, nil
}

func checkpoint(signed []byte, keys note.Verifiers) tlog.Tree {
	opened, err := note.Open(signed, keys)
	must(err)
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err)
	root, err := base64.StdEncoding.DecodeString(lines[2])
	must(err)
	tree := tlog.Tree{N: size}
	copy(tree.Hash[:], root)
	return tree
}

func leaves(folder string, size int64) (found [][]byte) {
	for n := int64(0); n*256 < size; n++ {
		width := 256
		if size-n*256 < 256 {
			width = int(size - n*256)
		}
		tile := tlog.Tile{H: 8, L: 0, N: n, W: width}
		data := read(folder, "log", strings.Replace(path(tile), "tile/0/", "tile/entries/", 1))
		for len(data) > 0 {
			end := 2 + int(binary.BigEndian.Uint16(data))
			found, data = append(found, data[2:end]), data[end:]
		}
	}
	return found
}

func receipt(folder, name string, keys note.Verifiers) {
	leaf := read(folder, name+".leaf")
	head, signed, _ := bytes.Cut(read(folder, name+".tlog-proof"), []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	must(err)
	var proof tlog.RecordProof
	for _, line := range lines[2:] {
		var hash tlog.Hash
		data, err := base64.StdEncoding.DecodeString(line)
		must(err)
		copy(hash[:], data)
		proof = append(proof, hash)
	}
	tree := checkpoint(signed, keys)
	must(tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(leaf)))
}

func main() {
	folder := os.Args[1]
	verifier, err := note.NewVerifier(strings.TrimSpace(string(read(folder, "log", "vkey"))))
	must(err)
	keys := note.VerifierList(verifier)
	tree := checkpoint(read(folder, "log", "checkpoint"), keys)
	reader := tlog.TileHashReader(tree, tiles(filepath.Join(folder, "log")))
	root, err := tlog.TreeHash(tree.N, reader)
	must(err)
	if root != tree.Hash {
		log.Fatal("the tiles are not of the tree that was signed")
	}
	found := leaves(folder, tree.N)
	for index, leaf := range found {
		hashes, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, int64(index))})
		must(err)
		if hashes[0] != tlog.RecordHash(leaf) {
			log.Fatalf("leaf %d is not the one in the tree", index)
		}
		proof, err := tlog.ProveRecord(tree.N, int64(index), reader)
		must(err)
		must(tlog.CheckRecord(proof, tree.N, tree.Hash, int64(index), hashes[0]))
	}
	names, err := filepath.Glob(filepath.Join(folder, "*.leaf"))
	must(err)
	for _, name := range names {
		receipt(folder, strings.TrimSuffix(filepath.Base(name), ".leaf"), keys)
	}
	fmt.Printf("%d leaves, %d receipts\n", len(found), len(names))
}
