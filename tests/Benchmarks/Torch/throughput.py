"""What Throughput.cs does, on PyTorch: train THREADS BATCH STEPS | slots SLOTS BATCH STEPS | tiny STEPS."""
import sys
import threading
import time

import torch
from torch import nn

SIDE, CLASSES = 48, 7


def four_convolutions():
    layers, channels = [], 1
    for width in (32, 64, 128, 128):
        layers += [nn.Conv2d(channels, width, 3, padding=1), nn.GroupNorm(8, width), nn.ReLU(), nn.MaxPool2d(2)]
        channels = width
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(channels * 9, 256), nn.ReLU(), nn.Linear(256, CLASSES))


def seconds(network, images, labels, optimizer, warm, steps, ready=None):
    loss = nn.CrossEntropyLoss()

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss(network(images), labels).backward()
        optimizer.step()

    for _ in range(warm):
        step()
    if ready:
        ready.wait()
    start = time.perf_counter()
    for _ in range(steps):
        step()
    return time.perf_counter() - start


def train(batch, steps, ready=None):
    torch.manual_seed(1)
    network = four_convolutions()
    optimizer = torch.optim.SGD(network.parameters(), 0.01, momentum=0.9)
    images, labels = torch.randn(batch, 1, SIDE, SIDE), torch.arange(batch) % CLASSES
    return seconds(network, images, labels, optimizer, 3, steps, ready)


def slots(count, batch, steps):
    ready = threading.Barrier(count + 1)

    def slot():
        torch.set_num_threads(1)
        train(batch, steps, ready)

    threads = [threading.Thread(target=slot) for _ in range(count)]
    for thread in threads:
        thread.start()
    ready.wait()
    start = time.perf_counter()
    for thread in threads:
        thread.join()
    return count * batch * steps / (time.perf_counter() - start)


def tiny(steps):
    torch.set_num_threads(1)
    layer = nn.Linear(784, 10)
    optimizer = torch.optim.SGD(layer.parameters(), 0.03)
    return 1e6 * seconds(layer, torch.rand(10, 784), torch.arange(10), optimizer, 500, steps) / steps


mode, numbers = sys.argv[1], [int(text) for text in sys.argv[2:]]
if mode == "train":
    threads, batch, steps = numbers
    torch.set_num_threads(threads)
    print(f"{batch * steps / train(batch, steps):.1f}")
elif mode == "slots":
    print(f"{slots(*numbers):.1f}")
else:
    print(f"{tiny(*numbers):.1f}")
