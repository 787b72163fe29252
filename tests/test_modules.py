"""What people do with a compiled module, it can do."""

import copy
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

import netdsl

TEXT = """## Small, 2024: a bit of everything.
net small(classes=5) {
  input 3x16x16
  stem: conv(8, 3x3, stride=2, bias=false) -> batchnorm -> relu
  for w in [8, 16] { unit(w) }
  skip = conv(16, 1x1)
  concat { relu on skip; branch: conv(8, 3x3) -> relu }
  split { identity; conv(in.channels, 3x3) -> relu }
  gate { global_avgpool -> conv(in.channels, 1x1) -> sigmoid }
  aux(weight=0.3) { global_avgpool -> flatten -> side: linear(classes) }
  global_avgpool -> flatten
  head: linear(classes)
}

block unit(width) {
  residual {
    conv(width, 3x3) -> batchnorm -> relu
    conv(width, 3x3)
  } shortcut if in.channels != width { conv(width, 1x1) }
  relu
}
"""


@pytest.fixture
def module(tmp_path: Path) -> nn.Module:
    torch.manual_seed(0)
    (tmp_path / "small.net").write_text(TEXT, "utf-8")
    return netdsl.load(tmp_path / "small.net").eval()


@pytest.fixture
def x() -> Tensor:
    return torch.randn(2, 3, 16, 16, generator=torch.Generator().manual_seed(1))


def test_it_is_compiled_whole(module: nn.Module, x: Tensor) -> None:
    compiled = torch.compile(module, backend="aot_eager", fullgraph=True)
    torch.testing.assert_close(compiled(x), module(x))
    module.train()
    assert len(torch.compile(module, backend="eager", fullgraph=True)(x)) == 2


def test_it_is_exported_with_a_batch_of_any_size(module: nn.Module, x: Tensor) -> None:
    batch = torch.export.Dim("batch", min=1, max=64)
    exported = torch.export.export(module, (x,), dynamic_shapes=({0: batch},)).module()
    more = torch.cat([x, x, x])
    torch.testing.assert_close(exported(more), module(more))


def test_copies_and_state_dicts_are_the_same_module(module: nn.Module, x: Tensor, tmp_path: Path) -> None:
    torch.save(module.state_dict(), tmp_path / "weights.pt")
    other = netdsl.load(TEXT).eval()
    other.load_state_dict(torch.load(tmp_path / "weights.pt", weights_only=True), strict=True)
    torch.testing.assert_close(other(x), module(x), rtol=0, atol=0)
    torch.testing.assert_close(copy.deepcopy(module)(x), module(x), rtol=0, atol=0)


def test_channels_last_and_double_change_no_result(module: nn.Module, x: Tensor) -> None:
    last = copy.deepcopy(module).to(memory_format=torch.channels_last)
    torch.testing.assert_close(last(x.contiguous(memory_format=torch.channels_last)), module(x), rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(copy.deepcopy(module).double()(x.double()).float(), module(x), rtol=1e-4, atol=1e-5)


def test_autocast_trains(module: nn.Module, x: Tensor) -> None:
    with torch.autocast("cpu", dtype=torch.bfloat16):
        main, side = module.train()(x)
    (main.float().sum() + 0.3 * side.float().sum()).backward()
    assert all(weight.grad is not None and weight.grad.isfinite().all() for weight in module.parameters())


def test_in_place_activations_change_nothing(module: nn.Module, x: Tensor) -> None:
    def gradients(net: nn.Module) -> list[Tensor]:
        net.zero_grad()
        sum(result.square().sum() for result in net.train()(x)).backward()
        return [weight.grad.clone() for weight in net.parameters()]

    apart = copy.deepcopy(module)
    assert any(getattr(part, "inplace", False) for part in apart.modules())
    for part in apart.modules():
        if hasattr(part, "inplace"):
            part.inplace = False
    for one, other in zip(gradients(module), gradients(apart), strict=True):
        torch.testing.assert_close(one, other)


def test_a_saved_file_runs_alone_and_pickles(module: nn.Module, tmp_path: Path) -> None:
    (tmp_path / "small.py").write_text(netdsl.compile(tmp_path / "small.net"), "utf-8")
    script = (
        "import sys; sys.modules['netdsl'] = None; import pickle, torch, small; model = small.Small(classes=3).eval(); "
        "again = pickle.loads(pickle.dumps(model)); x = torch.randn(1, 3, 16, 16); "
        "assert torch.equal(model(x), again(x)); print(*model(x).shape)"
    )
    ran = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True)
    assert ran.stdout == "1 3\n", ran.stderr
    assert pickle.loads(pickle.dumps(module)).state_dict().keys() == module.state_dict().keys()


def test_it_learns(module: nn.Module, x: Tensor) -> None:
    optimizer = torch.optim.Adam(module.train().parameters(), lr=0.01)
    losses = []
    for _ in range(40):
        loss = nn.functional.cross_entropy(module(x)[0], torch.tensor([1, 3]))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0] / 2


WORKER = """
import sys
import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel
import netdsl

file, store, rank = sys.argv[1], sys.argv[2], int(sys.argv[3])
dist.init_process_group("gloo", init_method=f"file://{store}", rank=rank, world_size=2)
torch.manual_seed(rank)
net = DistributedDataParallel(netdsl.load(file))
optimiser = torch.optim.SGD(net.parameters(), 0.1)
for _ in range(2):
    outputs = net(torch.randn(4, 3, 16, 16))
    optimiser.zero_grad()
    sum(output.square().sum() for output in outputs).backward()
    optimiser.step()
print(sum(weight.detach().double().sum().item() for weight in net.parameters()))
dist.destroy_process_group()
"""


def test_two_processes_train_one_module(module: nn.Module, tmp_path: Path) -> None:
    command = [sys.executable, "-c", WORKER, str(tmp_path / "small.net"), str(tmp_path / "store")]
    workers = [subprocess.Popen([*command, str(rank)], stdout=subprocess.PIPE, text=True) for rank in (0, 1)]
    first, second = (worker.communicate(timeout=120)[0] for worker in workers)
    assert [worker.returncode for worker in workers] == [0, 0]
    assert first and first == second
