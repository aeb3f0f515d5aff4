"""Blocks in versions for all lanes (f.) and masked (m.), and the ways between them."""

from __future__ import annotations

from pass_support import excerpt, version

STORE = "  store i32 3, ptr %q [alignment=4]\n  ret"
CHOICE = f"""  %c : i1 = icmp i32 %x, i32 5 [predicate="slt"]
  condbr i1 %c -> ^a, ^j
^a:
  store i32 %x, ptr %p [alignment=4]
  br -> ^j
^j:
{STORE}"""
FLOW = r"^[fmc]\.\d+:|^[a-z]+\d+:|br |ret|reduce|%M"


def test_a_branch_that_parts_lanes_has_three_ways() -> None:
    assert (
        excerpt(version(CHOICE), FLOW, "alloca|zeroinitializer")
        == """\
br label %f.0
f.0:
%t0 = call i1 @vector.reduce.and(<8 x i1> %t1)
br i1 %t0, label %all0, label %some0
some0:
%t2 = call i1 @vector.reduce.or(<8 x i1> %t1)
br i1 %t2, label %mixed0, label %none0
all0:
br label %f.1
none0:
br label %f.2
mixed0:
store <8 x i1> %t1, ptr %M1
br label %c.1
f.1:
br label %f.2
c.1:
%t3 = load <8 x i1>, ptr %M1
%t4 = call i1 @vector.reduce.or(<8 x i1> %t3)
br i1 %t4, label %m.1, label %f.2
m.1:
%t5 = load <8 x i1>, ptr %M1
br label %f.2
f.2:
ret void"""
    )


def test_without_all_lanes_there_are_only_masked_blocks() -> None:
    assert (
        excerpt(version(CHOICE, "part"), FLOW, "alloca|zeroinitializer")
        == """\
store <8 x i1> %existing.mask, ptr %M0
br label %m.0
m.0:
%t0 = load <8 x i1>, ptr %M0
store <8 x i1> %t1, ptr %M1
store <8 x i1> %t2, ptr %M2
br label %c.1
c.1:
%t3 = load <8 x i1>, ptr %M1
%t4 = call i1 @vector.reduce.or(<8 x i1> %t3)
br i1 %t4, label %m.1, label %m.2
m.1:
%t5 = load <8 x i1>, ptr %M1
%t6 = load <8 x i1>, ptr %M2
store <8 x i1> %t7, ptr %M2
br label %m.2
m.2:
%t8 = load <8 x i1>, ptr %M2
ret void"""
    )


def test_a_branch_of_all_lanes_stays_a_branch() -> None:
    body = CHOICE.replace("icmp i32 %x", "icmp i32 %n")
    assert (
        excerpt(version(body), FLOW)
        == """\
br label %f.0
f.0:
br i1 %t0, label %e0, label %e1
e0:
br label %f.1
e1:
br label %f.2
f.1:
br label %f.2
f.2:
ret void"""
    )


def test_lanes_that_leave_a_loop_one_by_one_keep_their_last_values() -> None:
    body = f"""  br -> ^h
^h:
  %k : i32 = phi i32 0, i32 %k1 -> ^e, ^h
  %k1 : i32 = add i32 %k, i32 1
  %c : i1 = icmp i32 %k1, i32 %x [predicate="slt"]
  condbr i1 %c -> ^h, ^z
^z:
  store i32 %k1, ptr %p [alignment=4]
{STORE}"""
    lines = version(body)
    assert (
        excerpt(lines, r"^[fmc]\.\d+:|%L|select|masked|store <8 x i32>", "alloca|zeroinitializer, ptr")
        == """\
f.0:
store <8 x i32> %t0, ptr %S1
f.1:
store <8 x i32> %t1, ptr %L0
%t2 = load <8 x i32>, ptr %L0
%t3 = select <8 x i1> %t4, <8 x i32> %t1, <8 x i32> %t2
store <8 x i32> %t3, ptr %L0
c.1:
m.1:
%t5 = load <8 x i32>, ptr %L0
%t6 = select <8 x i1> %t7, <8 x i32> %t8, <8 x i32> %t5
store <8 x i32> %t6, ptr %L0
f.2:
%t9 = load <8 x i32>, ptr %L0
store <8 x i32> %t9, ptr %t10, align 4
store <8 x i32> splat (i32 3), ptr %t11, align 4"""
    )
