import argparse
import math

from keras.layers import Activation, Dense, Dropout
from keras.models import Sequential
from keras.optimizers import SGD

parser = argparse.ArgumentParser(description="train")
parser.add_argument("--hidden-size", type=int, default=512)
parser.add_argument("--lr", type=float, default=0.01)
parser.add_argument("--dropout", type=float, default="0.2")
parser.add_argument("--deep", action="store_true")
args = parser.parse_args()


def build():
    model = Sequential()
    model.add(Dense(args.hidden_size, input_dim=784))
    model.add(Activation("relu"))
    model.add(Dropout(args.dropout))
    if args.deep:
        model.add(Dense(9999))
    model.add(Dense(2 ** int(math.log2(16)), activation="softmax"))
    sgd = SGD(lr=args.lr, momentum=0.9, nesterov=True)
    model.compile(loss="categorical_crossentropy", optimizer=sgd)
    return model


if __name__ == "__main__":
    model = build()
