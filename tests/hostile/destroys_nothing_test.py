#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""No program writes over what it reads, nor leaves half a file under a name."""
import gzip
import os
import resource
import shutil
import stat
import threading

import hostile


class Dump(hostile.Case):
    def setUp(self):
        super().setUp()
        self.capture = self.folder / "x.pcap"
        shutil.copyfile(hostile.SAMPLE, self.capture)
        self.before = self.capture.read_bytes()

    def refused(self, *arguments):
        names = self.names()
        done = hostile.dump(*arguments)
        self.assertEqual(done.returncode, 2, done)
        self.assertEqual(done.stderr.count(b"\n"), 1, done.stderr)
        self.assertIn(b"is a file that is read", done.stderr)
        self.assertEqual(self.capture.read_bytes(), self.before)
        self.assertEqual(self.names(), names)

    def test_onto_its_input(self):
        self.refused("-r", self.capture, "-w", self.capture)

    def test_through_links(self):
        soft, hard = self.folder / "soft", self.folder / "hard"
        soft.symlink_to(self.capture)
        hard.hardlink_to(self.capture)
        self.refused("-r", self.capture, "-w", soft)
        self.refused("-r", soft, "-w", self.capture)
        self.refused("-r", hard, "-w", soft)
        self.assertTrue(soft.is_symlink())

    def test_onto_one_of_several(self):
        other = self.folder / "y.pcap"
        shutil.copyfile(self.capture, other)
        self.refused("-r", other, "-r", self.capture, "-w", self.capture)

    def test_onto_a_packed_one(self):
        packed = self.folder / "x.pcap.gz"
        packed.write_bytes(gzip.compress(self.before))
        before = packed.read_bytes()
        self.refused("-r", packed, "-w", packed)
        self.assertEqual(packed.read_bytes(), before)

    def test_onto_standard_input(self):
        with open(self.capture, "rb") as stream:
            done = hostile.dump("-r", "-", "-w", self.capture, stdin=stream)
        self.assertEqual(done.returncode, 2)
        self.assertEqual(self.capture.read_bytes(), self.before)

    def test_onto_a_listing(self):
        for name, option in (("listing", "--pfctl=10.9.0.1={}@+1s"),
                             ("counters", "--netstat=10.9.0.1={}")):
            listing = self.folder / name
            listing.write_text("text\n")
            done = hostile.dump("-r", self.capture, option.format(listing), "-w", listing)
            self.assertEqual(done.returncode, 2)
            self.assertEqual(listing.read_text(), "text\n")

    def test_an_unreadable_input_costs_no_older_output(self):
        target = self.folder / "out"
        target.write_text("old")
        self.assertEqual(hostile.dump("-r", self.folder / "none", "-w", target).returncode, 2)
        self.assertEqual(target.read_text(), "old")
        self.assertEqual(self.names(), ["out", "x.pcap"])

    def test_a_full_disk_costs_no_older_output(self):
        target = self.folder / "out"
        target.write_text("old")
        done = hostile.dump(
            "-r", self.capture, "-w", target, preexec_fn=lambda: (
                resource.setrlimit(resource.RLIMIT_FSIZE, (64, 64))))
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual(target.read_text(), "old")

    def test_a_new_file_and_its_permissions(self):
        target = self.folder / "out"
        target.write_text("old")
        target.chmod(0o640)
        self.assertEqual(hostile.dump("-r", self.capture, "-w", target).returncode, 0)
        self.assertEqual(stat.S_IMODE(target.stat().st_mode), 0o640)
        self.assertEqual(self.names(), ["out", "x.pcap"])
        again = hostile.dump("-r", target, "--messages")
        first = hostile.dump("-r", self.capture, "--messages")
        self.assertEqual(again.stdout, first.stdout)

    def test_a_link_stays_and_its_file_is_new(self):
        target, link = self.folder / "out", self.folder / "link"
        target.write_text("old")
        link.symlink_to(target)
        self.assertEqual(hostile.dump("-r", self.capture, "-w", link).returncode, 0)
        self.assertTrue(link.is_symlink())
        self.assertGreater(target.stat().st_size, 24)

    def test_devices_pipes_and_standard_output(self):
        self.assertEqual(hostile.dump("-r", self.capture, "-w", "/dev/null").returncode, 0)
        self.assertTrue(stat.S_ISCHR(os.stat("/dev/null").st_mode))
        fifo = self.folder / "fifo"
        os.mkfifo(fifo)
        got = []
        reader = threading.Thread(target=lambda: got.append(fifo.read_bytes()))
        reader.start()
        self.assertEqual(hostile.dump("-r", self.capture, "-w", fifo).returncode, 0)
        reader.join()
        self.assertTrue(stat.S_ISFIFO(fifo.stat().st_mode))
        done = hostile.dump("-r", self.capture, "-w", "-")
        self.assertEqual(done.returncode, 0)
        self.assertEqual(done.stdout, got[0])


class Sender(hostile.Case):
    def test_onto_the_scenario(self):
        scenario = self.folder / "s.json"
        scenario.write_text('{"nodes":[{"name":"a","address":"10.0.0.1"}],"packets":[]}')
        before = scenario.read_text()
        done = hostile.send(scenario, "-w", scenario)
        self.assertEqual(done.returncode, 2, done)
        self.assertEqual(scenario.read_text(), before)
        self.assertEqual(self.names(), ["s.json"])

    def test_onto_the_configuration(self):
        config = self.folder / "c.json"
        shutil.copyfile(next((hostile.ROOT / "samples").glob("stories/*/config.json"), None) or
                        self.config(), config)
        before = config.read_bytes()
        for option in ("--wire", "--truth"):
            done = hostile.send("simulate", "--config", config, option, config)
            self.assertEqual(done.returncode, 2, done)
            self.assertEqual(config.read_bytes(), before)

    def config(self):
        path = self.folder / "made"
        path.write_text('{"duration": "1s", "nodes": [{"name": "a"}, {"name": "b"}]}')
        return path


if __name__ == "__main__":
    hostile.main()
