;; Two searches over bytes, sixteen at a time. Built into text-search-wasm.ts by `npm run wasm`.
;;
;; Memory: 0 a byte of flags for each byte (1: may follow a backslash, 2: hexadecimal digit), 256 the tables of the
;; words (for each of four positions sixteen low halves, then sixteen high ones), 512 the hashes of the words, one byte
;; each, 32768 the text. Behind the text there is room enough to read sixteen bytes from its last one.
(module
  (memory (export "memory") 2)

  ;; The first place from $at on, before $to, that is neither a plain character of a JSON string nor a whole escape:
  ;; a quote, a control character, an escape that is wrong or goes on behind $to. $to when there is none.
  (func (export "plain") (param $at i32) (param $to i32) (result i32)
    (local $sixteen v128) (local $stops i32) (local $byte i32)
    (loop $next
      (if (i32.ge_s (local.get $at) (local.get $to)) (then (return (local.get $to))))
      (local.set $sixteen (v128.load (local.get $at)))
      (local.set $stops
        (i8x16.bitmask
          (v128.or
            (v128.or
              (i8x16.lt_u (local.get $sixteen) (i8x16.splat (i32.const 0x20)))
              (i8x16.eq (local.get $sixteen) (i8x16.splat (i32.const 0x22))))
            (i8x16.eq (local.get $sixteen) (i8x16.splat (i32.const 0x5c))))))
      (if (i32.eqz (local.get $stops))
        (then
          (local.set $at (i32.add (local.get $at) (i32.const 16)))
          (br $next)))
      (local.set $at (i32.add (local.get $at) (i32.ctz (local.get $stops))))
      (if (i32.ge_s (local.get $at) (local.get $to)) (then (return (local.get $to))))
      (if (i32.ne (i32.load8_u (local.get $at)) (i32.const 0x5c)) (then (return (local.get $at))))
      (if (i32.ge_s (i32.add (local.get $at) (i32.const 1)) (local.get $to)) (then (return (local.get $at))))
      (local.set $byte (i32.load8_u offset=1 (local.get $at)))
      (if (i32.and (i32.load8_u (local.get $byte)) (i32.const 1))
        (then
          (local.set $at (i32.add (local.get $at) (i32.const 2)))
          (br $next)))
      (if (i32.ne (local.get $byte) (i32.const 0x75)) (then (return (local.get $at))))
      (if (i32.gt_s (i32.add (local.get $at) (i32.const 6)) (local.get $to)) (then (return (local.get $at))))
      (if
        (i32.and
          (i32.and
            (i32.and
              (i32.load8_u (i32.load8_u offset=2 (local.get $at)))
              (i32.load8_u (i32.load8_u offset=3 (local.get $at))))
            (i32.and
              (i32.load8_u (i32.load8_u offset=4 (local.get $at)))
              (i32.load8_u (i32.load8_u offset=5 (local.get $at)))))
          (i32.const 2))
        (then
          (local.set $at (i32.add (local.get $at) (i32.const 6)))
          (br $next)))
      (return (local.get $at)))
    (unreachable))

  ;; The first place from $at on, before $to, where four bytes look like one of the words; -1 when there is none.
  ;; Each half of a byte says by a table which of eight groups of words have it there; what is left of all eight halves
  ;; is looked at again by the hash of the four bytes. Of each byte the lower seven bits count.
  (func (export "word") (param $at i32) (param $to i32) (result i32)
    (local $low0 v128) (local $high0 v128) (local $low1 v128) (local $high1 v128)
    (local $low2 v128) (local $high2 v128) (local $low3 v128) (local $high3 v128)
    (local $here v128) (local $groups v128) (local $hits i32) (local $place i32)
    (local.set $low0 (v128.load (i32.const 256)))
    (local.set $high0 (v128.load (i32.const 272)))
    (local.set $low1 (v128.load (i32.const 288)))
    (local.set $high1 (v128.load (i32.const 304)))
    (local.set $low2 (v128.load (i32.const 320)))
    (local.set $high2 (v128.load (i32.const 336)))
    (local.set $low3 (v128.load (i32.const 352)))
    (local.set $high3 (v128.load (i32.const 368)))
    (loop $next
      (if (i32.ge_s (local.get $at) (local.get $to)) (then (return (i32.const -1))))
      (local.set $here (v128.load (local.get $at)))
      (local.set $groups
        (v128.and
          (i8x16.swizzle (local.get $low0) (v128.and (local.get $here) (i8x16.splat (i32.const 15))))
          (i8x16.swizzle (local.get $high0)
            (v128.and (i16x8.shr_u (local.get $here) (i32.const 4)) (i8x16.splat (i32.const 7))))))
      (local.set $here (v128.load offset=1 (local.get $at)))
      (local.set $groups
        (v128.and (local.get $groups)
          (v128.and
            (i8x16.swizzle (local.get $low1) (v128.and (local.get $here) (i8x16.splat (i32.const 15))))
            (i8x16.swizzle (local.get $high1)
              (v128.and (i16x8.shr_u (local.get $here) (i32.const 4)) (i8x16.splat (i32.const 7)))))))
      (local.set $here (v128.load offset=2 (local.get $at)))
      (local.set $groups
        (v128.and (local.get $groups)
          (v128.and
            (i8x16.swizzle (local.get $low2) (v128.and (local.get $here) (i8x16.splat (i32.const 15))))
            (i8x16.swizzle (local.get $high2)
              (v128.and (i16x8.shr_u (local.get $here) (i32.const 4)) (i8x16.splat (i32.const 7)))))))
      (local.set $here (v128.load offset=3 (local.get $at)))
      (local.set $groups
        (v128.and (local.get $groups)
          (v128.and
            (i8x16.swizzle (local.get $low3) (v128.and (local.get $here) (i8x16.splat (i32.const 15))))
            (i8x16.swizzle (local.get $high3)
              (v128.and (i16x8.shr_u (local.get $here) (i32.const 4)) (i8x16.splat (i32.const 7)))))))
      (local.set $hits (i8x16.bitmask (i8x16.ne (local.get $groups) (v128.const i32x4 0 0 0 0))))
      (block $none
        (loop $hit
          (br_if $none (i32.eqz (local.get $hits)))
          (local.set $place (i32.add (local.get $at) (i32.ctz (local.get $hits))))
          (br_if $none (i32.ge_s (local.get $place) (local.get $to)))
          (if
            (i32.load8_u offset=512
              (i32.shr_u
                (i32.mul
                  (i32.and (i32.load (local.get $place)) (i32.const 0x7f7f7f7f))
                  (i32.const 0x9e3779b1))
                (i32.const 18)))
            (then (return (local.get $place))))
          (local.set $hits (i32.and (local.get $hits) (i32.sub (local.get $hits) (i32.const 1))))
          (br $hit)))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br $next))
    (unreachable)))
