//! The hot path: a keystroke's check, against the bare automaton.
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
fn scan(c: &mut Criterion) {
    let engine = huashu::Engine::bundled().expect("the bundled packs");
    let mut group = c.benchmark_group("check");
    for (name, draft) in [
        ("clean", "您好，您的包裹今天下午已经从转运中心发出，预计明天上午送达，我会帮您盯着。"),
        ("finding", "你自己不会看吗？详情页写得清清楚楚，爱买不买。"),
    ] {
        group.throughput(Throughput::Bytes(draft.len() as u64));
        group.bench_function(name, |b| b.iter(|| engine.check(std::hint::black_box(draft))));
    }
}
criterion_group!(benches, scan);
criterion_main!(benches);
