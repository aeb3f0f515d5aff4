"""The head of a version: its signature, its states, its tests, the lanes there are."""

from __future__ import annotations

from pass_support import excerpt, llvm, part_of, version

STORE = "  store i32 %x, ptr %p [alignment=4]\n  ret"
GUARDED = """  %i : i32 = add i32 %t, i32 %n
  %iw : i64 = zext i32 %i
  %a : ptr = gep ptr %in, i64 %iw [offset=0, scales=(4)]
  %v : i32 = load ptr %a [alignment=4]
  barrier i32 0
  store i32 %v, ptr %p [alignment=4]
  ret"""


def test_a_kernel_that_never_waits_is_told_where_its_group_is() -> None:
    heads = [line.partition(" nounwind")[0] for line in llvm(STORE).splitlines() if line.startswith("define internal")]
    arguments = "(ptr %thread, i32 %tid.x, i32 %tid.y, i32 %tid.z, i32 %linear, i32 %existing)"
    for part in ("part", "full"):
        assert f'define internal void @"d.k.lanes8.{part}"{arguments}' in heads


def test_only_groups_that_may_lack_lanes_make_a_mask_of_those_there_are() -> None:
    assert (
        excerpt(part_of(version(STORE, "part"), "entry"), "existing|br")
        == """\
%existing.first = insertelement <8 x i32> poison, i32 %existing, i64 0
%existing.all = shufflevector <8 x i32> %existing.first, <8 x i32> poison, <8 x i32> zeroinitializer
%existing.mask = icmp ult <0 1 2 3 4 5 6 7>, %existing.all
store <8 x i1> %existing.mask, ptr %M0
br label %m.0"""
    )
    assert excerpt(part_of(version(STORE), "entry"), "existing|br") == "br label %f.0"


def test_states_beyond_its_own_are_the_other_versions() -> None:
    lines = version(GUARDED)
    assert (
        excerpt(lines, "switch|br i1")
        == """\
switch i32 %state, label %otherwise [ i32 0, label %start i32 1, label %resume0 ]
br i1 %t0, label %assured, label %otherwise"""
    )
    assert (
        excerpt(part_of(lines, "otherwise"))
        == """\
%past = sub i32 %state, 1
%fresh = icmp eq i32 %state, 0
%inner = select i1 %fresh, i32 0, i32 %past
%reached = call signext i32 @"d.k.lanes8.part"(ptr %thread, ptr %frame, i32 signext %inner, \
i32 %tid.x, i32 %tid.y, i32 %tid.z, i32 %linear, i32 %existing)
%ended = icmp slt i32 %reached, 0
%beyond = add i32 %reached, 1
%next = select i1 %ended, i32 %reached, i32 %beyond
ret i32 %next"""
    )
